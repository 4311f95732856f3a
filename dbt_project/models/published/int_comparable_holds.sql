-- Which regions' cells are left out of both sides of a comparison: those held in the month or in the
-- same month a year before. One row an office, so that offices can be counted.
with holds as (
    select * from {{ ref('int_holds') }}
),

months as (
    select distinct
        indicator_code,
        variant,
        month_start_date,
        base_month_start_date
    from {{ ref('int_compared_months') }}
),

final as (
    select distinct
        months.indicator_code,
        months.variant,
        months.month_start_date,
        months.base_month_start_date,
        holds.month_start_date as held_month_start_date,
        holds.org_code,
        holds.office_region_code,
        holds.region_code
    from months
    inner join holds
        on
            months.indicator_code = holds.indicator_code
            and months.variant = holds.variant
            and (
                months.month_start_date = holds.month_start_date
                or months.base_month_start_date = holds.month_start_date
            )
)

select * from final
