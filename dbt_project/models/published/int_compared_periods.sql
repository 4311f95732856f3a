-- Each period with what it is compared to. part_flag: the months compared are not all of the base
-- year's, so that their sum is no printed figure and is judged month by month.
with months as (
    select * from {{ ref('int_compared_months') }}
),

base_months as (
    select
        indicator_code,
        variant,
        period_kind_code,
        period,
        cast(count(*) as bigint) as month_count
    from months
    group by indicator_code, variant, period_kind_code, period
),

summed as (
    select
        indicator_code,
        variant,
        kind_code,
        period_kind_code,
        period,
        base_period,
        max(case when compared_flag then month_start_date end) as through_month_start_date,
        cast(sum(case when compared_flag then 1 else 0 end) as bigint) as month_count,
        cast(sum(case when compared_flag and not base_known_flag then 1 else 0 end) as bigint) as unknown_month_count
    from months
    group by indicator_code, variant, kind_code, period_kind_code, period, base_period
),

final as (
    select
        summed.*,
        summed.period_kind_code = 'year' and not {{ is_stock('summed.kind_code') }}
        and summed.month_count < coalesce(base_months.month_count, 0) as part_flag
    from summed
    left join base_months
        on
            summed.indicator_code = base_months.indicator_code
            and summed.variant = base_months.variant
            and summed.period_kind_code = base_months.period_kind_code
            and summed.base_period = base_months.period
)

select * from final
