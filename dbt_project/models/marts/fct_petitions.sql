{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched_subjects', 'kind': 'registration'}}
    )
}}
-- depends_on: {{ ref('int_petitions_before') }} {{ ref('int_touched_subjects') }}
-- One registration at one organ, accumulating: what was told of it and when each step happened.
with final as (
    select * from {{ ref('int_petitions_now') }}
)

select * from final
