{{ config(meta={'dagster': {'ref': {'name': 'agg_indicator_cells'}}}) }}
-- The uncut cells of an indicator add up to its rows. Where a build goes on, so do the changes of the
-- cells to the rows that were taken out and put in.
{%- set rows_of, delta = ref('int_indicator_rows'), ref('int_indicator_delta') %}
{%- set cells, changes = ref('agg_indicator_cells'), ref('int_cell_changes') %}
{%- set sign = 'contribution_sign' if goes_on() else '1' %}
with from_rows as (
    select
        indicator_code,
        variant,
        sum(num * {{ sign }}) as num,
        sum(den * {{ sign }}) as den,
        sum({{ sign }}) as subject_count
    from {{ delta if goes_on() else rows_of }}
    group by indicator_code, variant
    having sum(num * {{ sign }}) <> 0 or sum(den * {{ sign }}) <> 0 or sum({{ sign }}) <> 0
),

from_cells as (
    select indicator_code, variant, sum(num) as num, sum(den) as den, sum(subject_count) as subject_count
    from {{ changes if goes_on() else cells }}
    where cut_code = 'all'
    group by indicator_code, variant
    having sum(num) <> 0 or sum(den) <> 0 or sum(subject_count) <> 0
)

select coalesce(from_rows.indicator_code, from_cells.indicator_code) as indicator_code
from from_rows
full join from_cells
    on from_rows.indicator_code = from_cells.indicator_code and from_rows.variant = from_cells.variant
where
    from_rows.num is distinct from from_cells.num
    or from_rows.den is distinct from from_cells.den
    or from_rows.subject_count is distinct from from_cells.subject_count
