{{
    config(
        materialized='incremental', unique_key='subject_id',
        meta={'touched': {'by': 'int_touched_subjects'}}
    )
}}
-- depends_on: {{ ref('int_touched_subjects') }}
-- Subjects of which an indicator will say something else with nothing told, and from when.
{%- set every_row = ref('int_indicator_rows') %}
{%- set delta = ref('int_indicator_delta') %}
with waiting as (
    {% if builds_on() -%}
    select
        subject_id,
        changes_at
    from {{ delta }}
    where contribution_sign = 1 and changes_at is not null
    {%- else -%}
    select
        subject_id,
        changes_at
    from {{ every_row }}
    where changes_at is not null
    {%- endif %}
),

final as (
    select
        subject_id,
        min(changes_at) as changes_at
    from waiting
    group by subject_id
)

select * from final
