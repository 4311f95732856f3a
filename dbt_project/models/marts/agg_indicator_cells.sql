{{
    config(
        materialized='incremental', incremental_strategy='added', unique_key=cell_key(),
        meta={'touched': {'by': 'int_cell_changes'}, 'added': ['num', 'den', 'subject_count']},
        post_hook="{{ put_sums_by_view() }}"
    )
}}
-- Sums of every indicator by month, region, organ, declared cut and reason of exclusion.
-- Larger periods and regions are sums of these cells; a rate is divided from sums, never averaged.
-- A build that goes on adds the changes to the cells that they reach; a cell of nobody is no cell. One
-- that starts anew is filled by the hook, an indicator at a time.
with final as (
    select
        {{ cell_key() | join(', ') }},
        num,
        den,
        subject_count
    from {{ ref('int_cell_changes') }}
    {% if not builds_on() -%}
    -- empty anyway; without a filter DuckDB 1.5.5 does not see, until the file is opened anew, what the hook puts
    -- into a table that was made of an empty one in the same transaction
    where subject_count <> 0
    {%- endif %}
)

select * from final
