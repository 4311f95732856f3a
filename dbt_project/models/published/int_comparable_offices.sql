-- How many offices a comparison of a region leaves out of both years, and whether what it leaves out
-- would show a suppressed figure: the office's own region, hidden in the year that is not held.
with holds as (
    select distinct
        indicator_code,
        variant,
        month_start_date,
        org_code,
        office_region_code,
        case
            when held_month_start_date = month_start_date then base_month_start_date
            else month_start_date
        end as other_month_start_date
    from {{ ref('int_comparable_holds') }}
),

hidden as (
    select
        indicator_code,
        variant,
        period,
        area_code
    from {{ ref('mart_published_values') }}
    where
        period_kind_code = 'month' and area_kind_code = 'region' and cut_code = 'all'
        and status_code = 'suppressed'
),

closure as (
    select * from {{ ref('dim_region_closure') }}
),

months as (
    select * from {{ ref('int_compared_months') }}
    where compared_flag
),

final as (
    select
        months.indicator_code,
        months.variant,
        months.period_kind_code,
        months.period,
        closure.ancestor_code as region_code,
        cast(count(distinct holds.org_code) as bigint) as left_out_count,
        max(case when hidden.area_code is not null then 1 else 0 end) = 1 as hidden_flag
    from holds
    inner join months
        on
            holds.indicator_code = months.indicator_code
            and holds.variant = months.variant
            and holds.month_start_date = months.month_start_date
    inner join closure on holds.office_region_code = closure.descendant_code
    left join hidden
        on
            holds.indicator_code = hidden.indicator_code
            and holds.variant = hidden.variant
            and holds.office_region_code = hidden.area_code
            and {{ month_period('holds.other_month_start_date') }} = hidden.period
    group by
        months.indicator_code, months.variant, months.period_kind_code, months.period, closure.ancestor_code
)

select * from final
