{{ config(meta={'dagster': {'ref': {'name': 'mart_indicator_values'}}}) }}
-- The total of a region is the sum of the cells of the regions under it, by the codes of the tree; of what
-- does not add over areas (matters), its own cells. Populations are no sums of cells.
with roots as (
    select region_code from {{ ref('dim_region') }}
    where parent_code is null
),

totals as (
    select indicator_code, variant, period, sum(num) as num, sum(den) as den
    from {{ tested('mart_indicator_values') }}
    where kind_code <> 'per_capita' and area_kind_code = 'region' and cut_code = 'all' and area_code in (select region_code from roots)
    group by indicator_code, variant, period
),

cells as (
    select indicator_code, variant, period, sum(num) as num, sum(den) as den
    from {{ tested('int_period_cells') }}
    where
        kind_code <> 'per_capita' and cut_code = 'all' and (
            region_code in (select region_code from {{ ref('dim_region') }})
            or region_code in (select 'only:' || region_code from roots)
        )
    group by indicator_code, variant, period
)

select totals.*
from totals
full join cells
    on totals.indicator_code = cells.indicator_code and totals.variant = cells.variant and totals.period = cells.period
where totals.num is distinct from cells.num or totals.den is distinct from cells.den
