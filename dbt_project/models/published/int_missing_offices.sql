-- How many held offices a total of a period leaves out (缺N), and what one of them is asked: of a region,
-- those in it; of an organ, those whose regions' cells it has.
with holds as (
    select * from {{ ref('int_holds') }}
),

closure as (
    select * from {{ ref('dim_region_closure') }}
),

-- an organ's month stands here once for each reason; offices are counted once all the same
organ_cells as (
    select
        indicator_code,
        variant,
        month_start_date,
        region_code,
        org_code
    from {{ ref('int_period_cells') }}
    where cut_code = 'all' and period_kind_code = 'month'
),

periods as (
    select
        indicator_code,
        variant,
        period_kind_code,
        period,
        month_start_date
    from {{ ref('int_compared_months') }}
),

by_region as (
    select
        holds.indicator_code,
        holds.variant,
        holds.month_start_date,
        'region' as area_kind_code,
        closure.ancestor_code as area_code,
        holds.org_code,
        holds.text_zh
    from holds
    inner join closure on holds.office_region_code = closure.descendant_code
),

by_organ as (
    select
        holds.indicator_code,
        holds.variant,
        holds.month_start_date,
        'org' as area_kind_code,
        organ_cells.org_code as area_code,
        holds.org_code,
        holds.text_zh
    from holds
    inner join organ_cells
        on
            holds.indicator_code = organ_cells.indicator_code
            and holds.variant = organ_cells.variant
            and holds.month_start_date = organ_cells.month_start_date
            and holds.region_code = organ_cells.region_code
),

united as (
    select * from by_region
    union all
    select * from by_organ
),

final as (
    select
        united.indicator_code,
        united.variant,
        periods.period_kind_code,
        periods.period,
        united.area_kind_code,
        united.area_code,
        cast(count(distinct united.org_code) as bigint) as missing_count,
        min(united.text_zh) as hold_text
    from united
    inner join periods
        on
            united.indicator_code = periods.indicator_code
            and united.variant = periods.variant
            and united.month_start_date = periods.month_start_date
    group by
        united.indicator_code,
        united.variant,
        periods.period_kind_code,
        periods.period,
        united.area_kind_code,
        united.area_code
)

select * from final
