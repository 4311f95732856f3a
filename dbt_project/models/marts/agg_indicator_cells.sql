{{
    config(
        materialized='incremental', unique_key=cell_key(),
        meta={'touched': {'by': 'int_cell_changes'}},
        post_hook="{{ put_sums_by_view() }}"
    )
}}
-- Sums of every indicator by month, region, organ, declared cut and reason of exclusion.
-- Larger periods and regions are sums of these cells; a rate is divided from sums, never averaged.
-- A build that goes on adds the changes to the cells that they reach; a cell of nobody is no cell. One
-- that starts anew is filled by the hook, an indicator at a time.
{%- set changes = ref('int_cell_changes') %}
{% if builds_on() -%}
with changes as (
    select * from {{ changes }}
),

cells as (
    select * from {{ this }}
),

summed as (
    select
        {% for c in cell_key() -%}
        changes.{{ c }},
        {% endfor -%}
        cast(coalesce(cells.num, 0) + changes.num as decimal(18, 4)) as num,
        cast(coalesce(cells.den, 0) + changes.den as decimal(18, 4)) as den,
        cast(coalesce(cells.subject_count, 0) + changes.subject_count as bigint) as subject_count
    from changes
    left join cells on {{ same('changes', 'cells', cell_key()) }}
),
{%- else -%}
with summed as (
    select {{ cell_key() | join(', ') }}, num, den, subject_count
    from {{ changes }}
),
{%- endif %}

final as (
    select * from summed
    where subject_count <> 0
)

select * from final
