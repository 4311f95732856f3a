{{
    config(
        materialized='incremental', unique_key=figure_key(),
        meta={'touched': {'by': 'int_touched_periods'}}
    )
}}
-- Every figure there is, by region and by organ, before hold and disclosure. Internal.
with cells as (
    select * from {{ ref('int_period_cells') }}
    {{ only_touched_figures() }}
),

closure as (
    select * from {{ ref('dim_region_closure') }}
),

by_region as (
    select
        cells.*,
        'region' as area_kind_code,
        closure.ancestor_code as area_code
    from cells
    inner join closure on cells.region_code = closure.descendant_code
),

by_org as (
    select
        cells.*,
        'org' as area_kind_code,
        cells.org_code as area_code
    from cells
    where cells.cut_code = 'all' and cells.org_code <> 'none'
),

united as (
    select * from by_region
    union all
    select * from by_org
),

summed as (
    select
        indicator_code,
        variant,
        kind_code,
        period_kind_code,
        period,
        area_kind_code,
        area_code,
        cut_code,
        cut_value,
        cast(sum(num) as decimal(18, 4)) as num,
        cast(sum(den) as decimal(18, 4)) as den,
        cast(sum(subject_count) as bigint) as subject_count,
        cast(sum(case when excluded_because <> '' then subject_count else 0 end) as bigint) as excluded_count
    from united
    group by
        indicator_code, variant, kind_code, period_kind_code, period, area_kind_code, area_code, cut_code, cut_value
),

with_populations as (
    {{ with_denominators('summed') }}
),

figures as (
    select * from with_populations
    where kind_code <> 'per_capita' or figure_den is not null
),

final as (
    select
        indicator_code,
        variant,
        kind_code,
        period_kind_code,
        period,
        area_kind_code,
        area_code,
        cut_code,
        cut_value,
        num,
        figure_den as den,
        subject_count,
        excluded_count,
        {{ figure_value('kind_code', 'num', 'figure_den') }} as value,
        case when {{ is_share('kind_code') }} then {{ wilson('num', 'figure_den', -1) }} end as value_low,
        case when {{ is_share('kind_code') }} then {{ wilson('num', 'figure_den', 1) }} end as value_high
    from figures
)

select * from final
