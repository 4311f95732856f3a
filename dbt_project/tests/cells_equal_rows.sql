{{ config(meta={'dagster': {'ref': {'name': 'agg_indicator_cells'}}}) }}
-- The uncut cells of an indicator add up to its rows.
with from_rows as (
    select indicator_code, variant, sum(num) as num, sum(den) as den, count(*) as subject_count
    from {{ ref('int_indicator_rows') }}
    group by indicator_code, variant
),

from_cells as (
    select indicator_code, variant, sum(num) as num, sum(den) as den, sum(subject_count) as subject_count
    from {{ ref('agg_indicator_cells') }}
    where cut_code = 'all'
    group by indicator_code, variant
)

select from_rows.indicator_code, from_rows.variant
from from_rows
full join from_cells
    on from_rows.indicator_code = from_cells.indicator_code and from_rows.variant = from_cells.variant
where
    from_rows.num is distinct from from_cells.num
    or from_rows.den is distinct from from_cells.den
    or from_rows.subject_count is distinct from from_cells.subject_count
