{{
    config(
        materialized='incremental', unique_key=by_figure(),
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

of_regions as (
    {{ added_up('cells', figure_columns() + ['region_code']) }}
),

by_region as (
    select
        of_regions.*,
        'region' as area_kind_code,
        closure.ancestor_code as area_code
    from of_regions
    inner join closure on of_regions.region_code = closure.descendant_code
),

at_organs as (
    select * from cells
    where cut_code = 'all' and org_code <> 'none'
),

of_organs as (
    {{ added_up('at_organs', figure_columns() + ['org_code']) }}
),

summed as (
    select
        {{ figure_columns() | join(', ') }},
        area_kind_code,
        area_code,
        cast(sum(num) as decimal(18, 4)) as num,
        cast(sum(den) as decimal(18, 4)) as den,
        cast(sum(n + excluded_count) as bigint) as subject_count,
        cast(sum(excluded_count) as bigint) as excluded_count
    from by_region
    group by {{ figure_columns() | join(', ') }}, area_kind_code, area_code
    union all
    select
        {{ figure_columns() | join(', ') }},
        'org' as area_kind_code,
        org_code as area_code,
        num,
        den,
        n + excluded_count as subject_count,
        excluded_count
    from of_organs
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
