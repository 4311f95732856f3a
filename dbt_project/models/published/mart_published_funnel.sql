{{
    config(
        materialized='incremental', unique_key=by_figure(),
        meta={'touched': {'by': 'int_published_periods', 'kind': 'figure'}}
    )
}}
-- The funnel of every published figure of a region; a part that is small in a small area is null.
with funnel as (
    select * from {{ ref('mart_indicator_funnel') }}
    {{ only_periods('figure') }}
),

figures as (
    select * from {{ ref('mart_published_values') }}
    where area_kind_code = 'region' and cut_code = 'all' and missing_count = 0 {{ only_periods('figure', 'and') }}
),

levels as (
    select * from {{ ref('ref_region_level') }}
),

final as (
    select
        figures.indicator_code,
        figures.variant,
        figures.period_kind_code,
        figures.period,
        figures.area_code as region_code,
        funnel.excluded_because,
        funnel.reason_name,
        figures.status_code,
        case
            when figures.status_code <> 'published' then null
            when levels.level_rank >= 3 and funnel.subject_count < {{ threshold('suppress_below') }} then null
            else funnel.subject_count
        end as subject_count
    from figures
    inner join levels on figures.level_code = levels.level_code
    inner join funnel
        on
            figures.indicator_code = funnel.indicator_code
            and figures.variant = funnel.variant
            and figures.period = funnel.period
            and figures.area_code = funnel.region_code
)

select * from final
