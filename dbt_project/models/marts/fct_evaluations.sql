{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched_subjects', 'kind': 'registration'}}
    )
}}
-- depends_on: {{ ref('int_evaluations_before') }} {{ ref('int_touched_subjects') }}
-- One chance to evaluate: registration, target, attempt.
with final as (
    select * from {{ ref('int_evaluations_now') }}
)

select * from final
