-- Of a year's figures: whether one of the base months that are compared is held or suppressed, and
-- whether a month that is left out of the comparison is suppressed (the difference would show it).
with months as (
    select * from {{ ref('int_compared_months') }}
    where period_kind_code = 'year' and not {{ is_stock('kind_code') }} {{ only_periods('change', 'and') }}
),

masked as (
    select * from {{ ref('mart_published_values') }}
    where period_kind_code = 'month' and cut_code = 'all' and status_code <> 'published'
),

base_months as (
    select
        months.indicator_code,
        months.variant,
        months.period,
        masked.area_kind_code,
        masked.area_code,
        case when masked.status_code = 'held' then 1 else 0 end as base_held,
        case when masked.status_code = 'suppressed' then 1 else 0 end as base_suppressed,
        0 as rest_suppressed
    from months
    inner join masked
        on
            months.indicator_code = masked.indicator_code
            and months.variant = masked.variant
            and {{ month_period('months.base_month_start_date') }} = masked.period
    where months.compared_flag
),

rest_months as (
    select
        months.indicator_code,
        months.variant,
        months.period,
        masked.area_kind_code,
        masked.area_code,
        0 as base_held,
        0 as base_suppressed,
        case when masked.status_code = 'suppressed' then 1 else 0 end as rest_suppressed
    from months
    inner join masked
        on
            months.indicator_code = masked.indicator_code
            and months.variant = masked.variant
            and {{ month_period('months.month_start_date') }} = masked.period
    where not months.compared_flag
),

united as (
    select * from base_months
    union all
    select * from rest_months
),

final as (
    select
        indicator_code,
        variant,
        period,
        area_kind_code,
        area_code,
        max(base_held) = 1 as base_held_flag,
        max(base_suppressed) = 1 as base_suppressed_flag,
        max(rest_suppressed) = 1 as rest_suppressed_flag
    from united
    group by indicator_code, variant, period, area_kind_code, area_code
)

select * from final
