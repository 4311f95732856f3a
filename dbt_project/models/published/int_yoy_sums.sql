-- The comparable sums of each area and period: the months that are compared, added up. A change is
-- reckoned from these sums, never from the months' rates.
with months as (
    select * from {{ ref('int_compared_months') }}
    where compared_flag {{ only_periods('change', 'and') }}
),

month_sums as (
    select * from {{ ref('int_comparable_sums') }}
),

final as (
    select
        months.indicator_code,
        months.variant,
        months.kind_code,
        months.period_kind_code,
        months.period,
        month_sums.area_kind_code,
        month_sums.area_code,
        cast(sum(month_sums.this_num) as decimal(18, 4)) as this_num,
        cast(sum(month_sums.this_den) as decimal(18, 4)) as this_den,
        cast(sum(month_sums.base_num) as decimal(18, 4)) as base_num,
        cast(sum(month_sums.base_den) as decimal(18, 4)) as base_den,
        cast(sum(month_sums.this_n) as decimal(18, 4)) as this_n,
        cast(sum(month_sums.base_n) as decimal(18, 4)) as base_n,
        cast(sum(month_sums.this_dropped) as decimal(18, 4)) as this_dropped,
        cast(sum(month_sums.base_dropped) as decimal(18, 4)) as base_dropped,
        max(month_sums.left_out_mark) = 1 as left_out_flag
    from months
    inner join month_sums
        on
            months.indicator_code = month_sums.indicator_code
            and months.variant = month_sums.variant
            and months.month_start_date = month_sums.month_start_date
    group by
        months.indicator_code, months.variant, months.kind_code, months.period_kind_code, months.period,
        month_sums.area_kind_code, month_sums.area_code
)

select * from final
