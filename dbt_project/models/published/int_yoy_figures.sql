-- Every figure beside its comparable sums, and whether the change may be printed; none of what is counted by
-- population, which is mostly of one year and changes as its registrations do. The reasons in order: the figure
-- itself, its base, what the comparison would show of a hidden one, nought.
with figures as (
    select * from {{ ref('mart_published_values') }}
    where cut_code = 'all' and kind_code <> 'per_capita' {{ only_periods('change', 'and') }}
),

base_figures as (
    select * from {{ ref('mart_published_values') }}
    where cut_code = 'all'
),

levels as (
    select * from {{ ref('ref_region_level') }}
),

periods as (
    select * from {{ ref('int_compared_periods') }}
),

sums as (
    select * from {{ ref('int_yoy_sums') }}
),

offices as (
    select * from {{ ref('int_comparable_offices') }}
),

parts as (
    select * from {{ ref('int_compared_parts') }}
),

-- what broke a region's series between the first day of the base and the last of the period
spans as (
    select distinct
        base_period,
        through_month_start_date
    from periods
),

broken as (
    select
        spans.base_period,
        spans.through_month_start_date,
        breaks.region_code,
        min(breaks.text_zh) as break_text
    from spans
    inner join {{ ref('dim_series_break') }} as breaks
        on
            {{ first_day('spans.base_period') }} < breaks.until_date
            and last_day(spans.through_month_start_date) >= breaks.from_date
    group by spans.base_period, spans.through_month_start_date, breaks.region_code
),

-- what changed the indicator itself in between, everywhere
redefined as (
    select
        periods.indicator_code,
        periods.variant,
        periods.base_period,
        periods.through_month_start_date,
        min(breaks.text_zh) as break_text
    from periods
    inner join {{ ref('dim_definition_break') }} as breaks
        on
            periods.indicator_code = breaks.indicator_code
            and periods.variant = breaks.variant
            and {{ first_day('periods.base_period') }} < breaks.until_date
            and last_day(periods.through_month_start_date) >= breaks.from_date
    group by
        periods.indicator_code, periods.variant, periods.base_period, periods.through_month_start_date
),

joined as (
    select
        figures.indicator_code,
        figures.variant,
        figures.kind_code,
        figures.period_kind_code,
        figures.period,
        periods.base_period,
        periods.through_month_start_date,
        periods.month_count,
        periods.unknown_month_count,
        figures.area_kind_code,
        figures.area_code,
        figures.area_name,
        figures.level_code,
        figures.status_code,
        figures.reason_text as figure_reason_text,
        figures.value,
        coalesce(redefined.break_text, broken.break_text) as break_text,
        sums.this_num,
        sums.this_den,
        sums.base_num,
        sums.base_den,
        sums.this_n,
        sums.base_n,
        coalesce(offices.left_out_count, 0) as left_out_count,
        coalesce(sums.left_out_flag, false) as left_out_flag,
        coalesce(levels.level_rank, 9) >= 3 as small_area_flag,
        coalesce(offices.hidden_flag, false) as hidden_flag,
        coalesce(parts.rest_suppressed_flag, false) as rest_suppressed_flag,
        coalesce(sums.this_dropped > 0 and sums.this_dropped < {{ threshold('suppress_below') }}, false)
            as this_gap_flag,
        coalesce(sums.base_dropped > 0 and sums.base_dropped < {{ threshold('suppress_below') }}, false)
            as base_gap_flag,
        case
            when not periods.part_flag then coalesce(base_figures.status_code, 'published')
            when parts.base_held_flag then 'held'
            when parts.base_suppressed_flag then 'suppressed'
            else 'published'
        end as base_status_code
    from figures
    left join levels on figures.level_code = levels.level_code
    left join periods
        on
            figures.indicator_code = periods.indicator_code
            and figures.variant = periods.variant
            and figures.period_kind_code = periods.period_kind_code
            and figures.period = periods.period
    left join broken
        on
            periods.base_period = broken.base_period
            and periods.through_month_start_date = broken.through_month_start_date
            and figures.area_kind_code = 'region'
            and figures.area_code = broken.region_code
    left join redefined
        on
            periods.indicator_code = redefined.indicator_code
            and periods.variant = redefined.variant
            and periods.base_period = redefined.base_period
            and periods.through_month_start_date = redefined.through_month_start_date
    left join base_figures
        on
            figures.indicator_code = base_figures.indicator_code
            and figures.variant = base_figures.variant
            and periods.base_period = base_figures.period
            and figures.area_kind_code = base_figures.area_kind_code
            and figures.area_code = base_figures.area_code
    left join sums
        on
            figures.indicator_code = sums.indicator_code
            and figures.variant = sums.variant
            and figures.period_kind_code = sums.period_kind_code
            and figures.period = sums.period
            and figures.area_kind_code = sums.area_kind_code
            and figures.area_code = sums.area_code
    left join offices
        on
            figures.indicator_code = offices.indicator_code
            and figures.variant = offices.variant
            and figures.period_kind_code = offices.period_kind_code
            and figures.period = offices.period
            and figures.area_kind_code = 'region'
            and figures.area_code = offices.region_code
    left join parts
        on
            figures.indicator_code = parts.indicator_code
            and figures.variant = parts.variant
            and figures.period = parts.period
            and figures.area_kind_code = parts.area_kind_code
            and figures.area_code = parts.area_code
),

guarded as (
    select
        *,
        hidden_flag or rest_suppressed_flag or this_gap_flag or base_gap_flag
        or (
            small_area_flag
            and (
                (this_n > 0 and this_n < {{ threshold('suppress_below') }})
                or (base_n > 0 and base_n < {{ threshold('suppress_below') }})
            )
        ) as guarded_flag
    from joined
),

final as (
    select
        *,
        case
            when status_code <> 'published' then status_code
            when value is null then 'no_value'
            when month_count = 0 then 'unfinished'
            when unknown_month_count > 0 then 'no_base'
            when break_text is not null then 'series_break'
            when base_status_code <> 'published' then 'base_' || base_status_code
            when guarded_flag then 'guarded'
            when coalesce(base_n, 0) = 0 or (not {{ is_share('kind_code') }} and base_num = 0) then 'base_zero'
            when this_n = 0 and kind_code <> 'count' then 'no_value'
            else 'compared'
        end as yoy_status_code
    from guarded
)

select * from final
