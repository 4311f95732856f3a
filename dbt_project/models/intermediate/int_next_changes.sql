{%- set key = ['indicator_code', 'variant', 'subject_id', 'changes_at'] -%}
{{
    config(
        materialized='incremental', incremental_strategy='added',
        unique_key=key,
        meta={'touched': {'by': 'int_indicator_delta'}, 'added': ['row_count']}
    )
}}
-- From when an indicator will say something else of a subject with nothing told, and how many of its rows wait for it.
-- A build that goes on adds what changed.
{%- set every_row, delta = ref('int_indicator_rows'), ref('int_indicator_delta') %}
with waiting as (
    select
        {{ key | join(', ') }},
        {{ 'contribution_sign' if builds_on() else '1' }} as contribution_sign
    from {{ delta if builds_on() else every_row }}
    where changes_at is not null
),

final as (
    select
        {{ key | join(', ') }},
        cast(sum(contribution_sign) as bigint) as row_count
    from waiting
    group by {{ key | join(', ') }}
    having sum(contribution_sign) <> 0
)

select * from final
