{%- set key = ['indicator_code', 'variant', 'subject_id', 'changes_at'] -%}
{{
    config(
        materialized='incremental', unique_key=['indicator_code', 'variant', 'subject_id', 'changes_at'],
        meta={'touched': {'by': 'int_indicator_delta'}}
    )
}}
-- From when an indicator will say something else of a subject with nothing told, and how many of its rows wait for it.
{%- set every_row, delta = ref('int_indicator_rows'), ref('int_indicator_delta') %}
with waiting as (
    select
        {{ key | join(', ') }},
        {{ 'contribution_sign' if builds_on() else '1' }} as contribution_sign
    from {{ delta if builds_on() else every_row }}
    where changes_at is not null
),

changes as (
    select
        {{ key | join(', ') }},
        cast(sum(contribution_sign) as bigint) as row_count
    from waiting
    group by {{ key | join(', ') }}
),

{% if builds_on() -%}
summed as (
    select
        {% for c in key -%}
        changes.{{ c }},
        {% endfor -%}
        changes.row_count + coalesce(standing.row_count, 0) as row_count
    from changes
    left join {{ this }} as standing on {{ same('changes', 'standing', key) }}
),
{%- else -%}
summed as (
    select * from changes
),
{%- endif %}

final as (
    select * from summed
    where row_count <> 0
)

select * from final
