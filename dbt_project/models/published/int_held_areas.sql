-- The areas whose own figure of a period is held: every region under a held office, the organs
-- there, and the organ that is asked. A year is held when one of its months is.
with holds as (
    select * from {{ ref('int_holds') }}
),

organisations as (
    select * from {{ ref('dim_organisation') }}
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

held_regions as (
    select
        indicator_code,
        variant,
        month_start_date,
        'region' as area_kind_code,
        case when region_code like 'only:%' then substr(region_code, 6) else region_code end as area_code
    from holds
    where subtree_flag
),

held_organs as (
    select
        holds.indicator_code,
        holds.variant,
        holds.month_start_date,
        'org' as area_kind_code,
        organisations.org_code as area_code
    from holds
    inner join organisations on holds.region_code = organisations.region_code
    where holds.subtree_flag or holds.org_code = organisations.org_code
),

united as (
    select * from held_regions
    union all
    select * from held_organs
),

final as (
    select distinct
        united.indicator_code,
        united.variant,
        periods.period_kind_code,
        periods.period,
        united.area_kind_code,
        united.area_code
    from united
    inner join periods
        on
            united.indicator_code = periods.indicator_code
            and united.variant = periods.variant
            and united.month_start_date = periods.month_start_date
)

select * from final
