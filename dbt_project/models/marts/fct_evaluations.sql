{{ config(materialized='view') }}
-- One chance to evaluate: registration, target, attempt.
with final as (
    select
        registration_id || '|' || target_code || '|' || cast(attempt_no as string) as evaluation_id,
        registration_id,
        target_code,
        attempt_no,
        entitled_flag,
        deadline_at,
        evaluated_at,
        rating_code,
        evaluator_type_code,
        -- a valid self-evaluation: by the petitioner, rated, within the window
        coalesce(
            evaluator_type_code = 'self' and rating_code is not null and rating_code <> 'unmapped'
            and evaluated_at <= deadline_at, false
        ) as self_evaluated_flag,
        office_code as told_by_office_code,
        delivery_sequence,
        sheet_no,
        row_no
    from {{ ref('int_evaluations_in_force') }}
)

select * from final
