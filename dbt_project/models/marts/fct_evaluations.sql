{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched_subjects', 'kind': 'registration'}}
    )
}}
-- depends_on: {{ ref('int_evaluations_before') }} {{ ref('int_touched_subjects') }}
-- One chance to evaluate: registration, target, attempt; and what is asked of it: where and how the petition was
-- registered, who answers for it. Both are made again together, for the same registrations.
{%- set again, whole = ref('int_petitions_now'), ref('fct_petitions') %}
with final as (
    select * from {{ carrying_petition(ref('int_evaluations_now'), again if builds_on() else whole) }} as carried
)

select * from final
