{{
    config(
        materialized='incremental', unique_key=by_figure(),
        meta={'touched': {'by': 'int_published_periods', 'kind': 'change'}}
    )
}}
-- Like for like: of each area and month the sums of the month and of the same month a year before,
-- without what either of them holds. `dropped`: what is in a printed figure but not in the sum here.
with cells as (
    select * from {{ ref('int_published_cells') }}
    where period_kind_code = 'month' and cut_code = 'all'
),

months as (
    select distinct
        indicator_code,
        variant,
        month_start_date,
        base_month_start_date
    from {{ ref('int_compared_months') }}
    {{ only_touched_figures(month_period('month_start_date'), 'change', by='int_published_periods') }}
),

left_out as (
    select distinct
        indicator_code,
        variant,
        month_start_date,
        region_code
    from {{ ref('int_comparable_holds') }}
),

this_cells as (
    select
        cells.*,
        months.month_start_date as compared_month_start_date,
        true as this_flag
    from cells
    inner join months
        on
            cells.indicator_code = months.indicator_code
            and cells.variant = months.variant
            and cells.month_start_date = months.month_start_date
),

base_cells as (
    select
        cells.*,
        months.month_start_date as compared_month_start_date,
        false as this_flag
    from cells
    inner join months
        on
            cells.indicator_code = months.indicator_code
            and cells.variant = months.variant
            and cells.month_start_date = months.base_month_start_date
),

united as (
    select * from this_cells
    union all
    select * from base_cells
),

judged as (
    select
        united.*,
        left_out.region_code is not null as left_out_flag
    from united
    left join left_out
        on
            united.indicator_code = left_out.indicator_code
            and united.variant = left_out.variant
            and united.compared_month_start_date = left_out.month_start_date
            and united.region_code = left_out.region_code
),

final as (
    select
        indicator_code,
        variant,
        area_kind_code,
        area_code,
        compared_month_start_date as month_start_date,
        {{ month_period('compared_month_start_date') }} as period,
        sum(case when this_flag and not left_out_flag then num else 0 end) as this_num,
        sum(case when this_flag and not left_out_flag then den else 0 end) as this_den,
        sum(case when not this_flag and not left_out_flag then num else 0 end) as base_num,
        sum(case when not this_flag and not left_out_flag then den else 0 end) as base_den,
        sum(case when this_flag and not left_out_flag then n else 0 end) as this_n,
        sum(case when not this_flag and not left_out_flag then n else 0 end) as base_n,
        sum(case when this_flag and left_out_flag and not held_flag then n else 0 end) as this_dropped,
        sum(case when not this_flag and left_out_flag and not held_flag then n else 0 end) as base_dropped,
        max(case when left_out_flag then 1 else 0 end) as left_out_mark
    from judged
    group by indicator_code, variant, area_kind_code, area_code, compared_month_start_date
)

select * from final
