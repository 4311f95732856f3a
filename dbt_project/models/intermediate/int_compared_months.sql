-- Which months of a period are compared with the same months a year before. The running year compares
-- only the months up to as_of's; a count does not compare a month that has not ended; a stock's year is
-- its last month. Months that are in the figure but not compared stand here too.
with months as (
    select
        indicator_code,
        variant,
        kind_code,
        period_kind_code,
        period,
        month_start_date,
        {{ month_a_year_before('month_start_date') }} as base_month_start_date
    from {{ ref('int_figure_months') }}
),

known_months as (
    select distinct
        indicator_code,
        variant,
        month_start_date
    from months
),

judged as (
    select
        months.*,
        months.month_start_date < {{ month_start(as_of_date()) }}
        or (
            months.month_start_date = {{ month_start(as_of_date()) }}
            and (months.kind_code <> 'count' or {{ as_of_date() }} = last_day({{ as_of_date() }}))
        ) as compared_flag,
        known_months.month_start_date is not null as base_known_flag
    from months
    left join known_months
        on
            months.indicator_code = known_months.indicator_code
            and months.variant = known_months.variant
            and months.base_month_start_date = known_months.month_start_date
),

final as (
    select
        *,
        case
            when {{ is_stock('kind_code') }} then {{ month_period('base_month_start_date') }}
            when period_kind_code = 'month' then {{ month_period('base_month_start_date') }}
            else substr(cast(base_month_start_date as string), 1, 4)
        end as base_period
    from judged
)

select * from final
