{{ config(materialized='slice') }}
-- The rows of the fact that are made again, as they are now: of several tellings the one that counts.
with evaluations as (
    {{
        by_precedence(
            versions_in_slice('evaluations'),
            ['registration_id', 'target_code', 'attempt_no'],
            'register_org_code'
        )
    }}
),

final as (
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
    from evaluations
)

select * from final
