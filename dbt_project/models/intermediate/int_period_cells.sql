{{
    config(
        materialized='incremental', unique_key=by_figure(),
        meta={'touched': {'by': 'int_touched_periods'}}
    )
}}
-- Cells by month and by year. A stock's year is its last month of the year; a flow's is the sum.
with cells as (
    select * from {{ ref('agg_indicator_cells') }}
    {{ only_touched_figures(year_period('month_start_date')) }}
),

kinds as (
    select
        indicator_code,
        variant,
        kind_code
    from {{ ref('dim_indicator') }}
),

dated as (
    select
        cells.*,
        kinds.kind_code,
        cast(extract(year from cells.month_start_date) as string) as year_text,
        lpad(cast(extract(month from cells.month_start_date) as string), 2, '0') as month_text,
        max(cells.month_start_date) over (
            partition by cells.indicator_code, cells.variant, extract(year from cells.month_start_date)
        ) as last_month_of_year
    from cells
    inner join kinds
        on cells.indicator_code = kinds.indicator_code and cells.variant = kinds.variant
),

months as (
    select
        *,
        'month' as period_kind_code,
        year_text || '-' || month_text as period
    from dated
),

years as (
    select
        *,
        'year' as period_kind_code,
        year_text as period
    from dated
    where not {{ is_stock('kind_code') }} or month_start_date = last_month_of_year
),

united as (
    select * from months
    union all
    select * from years
),

final as (
    select
        indicator_code,
        variant,
        kind_code,
        period_kind_code,
        period,
        month_start_date,
        region_code,
        org_code,
        cut_code,
        cut_value,
        excluded_because,
        num,
        den,
        subject_count
    from united
    {{ only_touched_figures() }}
)

select * from final
