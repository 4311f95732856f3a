{{
    config(
        materialized='incremental', unique_key=by_figure(),
        meta={'touched': {'by': 'int_published_periods', 'kind': 'change'}}
    )
}}
-- The change of every printed figure against the same period a year before, like for like: what either
-- year holds is left out of both. A count changes in percent, a rate in percentage points, never both.
with figures as (
    select * from {{ ref('int_yoy_figures') }}
    {{ only_periods('change') }}
),

reckoned as (
    select
        *,
        yoy_status_code = 'compared' as compared_flag,
        case when {{ is_share('kind_code') }} then 'percentage_point' else 'percent' end as unit,
        case when kind_code = 'count' then cast(this_num as double) else {{ rate('this_num', 'this_den') }} end
            as this_value,
        case when kind_code = 'count' then cast(base_num as double) else {{ rate('base_num', 'base_den') }} end
            as base_value,
        case
            when kind_code = 'count' then cast(this_num as double) / nullif(cast(base_num as double), 0)
            when {{ is_share('kind_code') }}
                then
                    cast(this_num as double) / nullif(cast(this_den as double), 0)
                    - cast(base_num as double) / nullif(cast(base_den as double), 0)
            else
                cast(this_num as double) * cast(base_den as double)
                / nullif(cast(this_den as double) * cast(base_num as double), 0)
        end as change
    from figures
),

final as (
    select
        indicator_code,
        variant,
        kind_code,
        period_kind_code,
        period,
        base_period,
        case when period_kind_code = 'year' then cast(extract(month from through_month_start_date) as bigint) end
            as through_month,
        area_kind_code,
        area_code,
        area_name,
        level_code,
        yoy_status_code,
        case
            when yoy_status_code in ('held', 'suppressed') then figure_reason_text
            when yoy_status_code = 'no_value' then '本期没有可比的数字。'
            when yoy_status_code = 'unfinished' then '当月未满，计数不作同比。'
            when yoy_status_code = 'no_base' then '没有上年同期的台账，不作同比。'
            when yoy_status_code = 'series_break' then break_text || '，前后不可比，不作同比。'
            when yoy_status_code = 'base_held' then '上年同期暂缓发布，不作同比。'
            when yoy_status_code = 'base_suppressed' then '上年同期未予公布，不作同比。'
            when yoy_status_code = 'guarded' then '同比会推出未公布的数字，不作同比。'
            when yoy_status_code = 'base_zero' then '上年同期为 0，不作同比。'
            when left_out_count > 0
                then '两年都不含 ' || cast(left_out_count as string) || ' 个暂缓的机构'
            when left_out_flag then '两年都不含暂缓的部分'
        end as reason_text,
        unit,
        case when compared_flag and unit = 'percent' then round(100 * (change - 1), 4) end as yoy_percent,
        case when compared_flag and unit = 'percentage_point' then round(100 * change, 4) end as yoy_points,
        case when compared_flag then this_num end as this_num,
        case when compared_flag then this_den end as this_den,
        case when compared_flag then base_num end as base_num,
        case when compared_flag then base_den end as base_den,
        case when compared_flag then this_value end as this_value,
        case when compared_flag then base_value end as base_value,
        case when compared_flag then left_out_count = 0 and not left_out_flag end as comparable_flag,
        left_out_count,
        case
            when compared_flag and kind_code <> 'count'
                then least(this_n, base_n) < {{ threshold('rank_minimum_n') }}
        end as small_base_flag
    from reckoned
)

select * from final
