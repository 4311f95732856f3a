-- Sums by area and period without what is held, each with its area, its hold and how much is missing.
with cells as (
    select * from {{ ref('int_published_cells') }}
    {{ only_periods('figure') }}
),

areas as (
    select * from {{ ref('int_areas') }}
),

held_areas as (
    select * from {{ ref('int_held_areas') }}
),

missing_offices as (
    select * from {{ ref('int_missing_offices') }}
),

summed as (
    select
        indicator_code,
        variant,
        kind_code,
        period_kind_code,
        period,
        area_kind_code,
        area_code,
        cut_code,
        cut_value,
        cast(sum(case when held_flag then 0 else num end) as decimal(18, 4)) as num,
        cast(sum(case when held_flag then 0 else den end) as decimal(18, 4)) as den,
        cast(sum(case when held_flag then 0 else excluded_count end) as bigint) as excluded_count,
        -- subjects, and not what they add up to: one payment of a thousand yuan is one
        cast(sum(case when held_flag then 0 else n end) as decimal(18, 4)) as n
    from cells
    group by
        indicator_code,
        variant,
        kind_code,
        period_kind_code,
        period,
        area_kind_code,
        area_code,
        cut_code,
        cut_value
),

figures as (
    {{ with_denominators('summed') }}
),

final as (
    select
        figures.indicator_code,
        figures.variant,
        figures.kind_code,
        figures.period_kind_code,
        figures.period,
        figures.area_kind_code,
        figures.area_code,
        figures.cut_code,
        figures.cut_value,
        figures.num,
        figures.figure_den as den,
        figures.excluded_count,
        figures.n,
        figures.population_text,
        areas.area_name,
        areas.parent_code,
        areas.level_code,
        missing_offices.hold_text,
        -- a population leaves no office out: without one the registrations are too few for it
        held_areas.area_code is not null
        or (figures.kind_code = 'per_capita' and coalesce(missing_offices.missing_count, 0) > 0) as held_flag,
        coalesce(missing_offices.missing_count, 0) as missing_count,
        coalesce(areas.level_rank, 9) >= 3 as small_area_flag
    from figures
    left join areas
        on
            figures.area_kind_code = areas.area_kind_code
            and figures.area_code = areas.area_code
    left join held_areas
        on
            figures.indicator_code = held_areas.indicator_code
            and figures.variant = held_areas.variant
            and figures.period_kind_code = held_areas.period_kind_code
            and figures.period = held_areas.period
            and figures.area_kind_code = held_areas.area_kind_code
            and figures.area_code = held_areas.area_code
    left join missing_offices
        on
            figures.area_kind_code = missing_offices.area_kind_code
            and figures.area_code = missing_offices.area_code
            and figures.indicator_code = missing_offices.indicator_code
            and figures.variant = missing_offices.variant
            and figures.period_kind_code = missing_offices.period_kind_code
            and figures.period = missing_offices.period
)

select * from final
