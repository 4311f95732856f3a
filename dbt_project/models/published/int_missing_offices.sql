-- How many held offices a region's total of a period leaves out (缺N), and what one of them is asked.
with holds as (
    select * from {{ ref('int_holds') }}
),

closure as (
    select * from {{ ref('dim_region_closure') }}
),

periods as (
    select distinct
        indicator_code,
        variant,
        period_kind_code,
        period,
        month_start_date
    from {{ ref('int_period_cells') }}
),

final as (
    select
        holds.indicator_code,
        holds.variant,
        periods.period_kind_code,
        periods.period,
        closure.ancestor_code as region_code,
        cast(count(distinct holds.org_code) as bigint) as missing_count,
        min(holds.text_zh) as hold_text
    from holds
    inner join periods
        on
            holds.indicator_code = periods.indicator_code
            and holds.variant = periods.variant
            and holds.month_start_date = periods.month_start_date
    inner join closure on holds.office_region_code = closure.descendant_code
    group by
        holds.indicator_code,
        holds.variant,
        periods.period_kind_code,
        periods.period,
        closure.ancestor_code
)

select * from final
