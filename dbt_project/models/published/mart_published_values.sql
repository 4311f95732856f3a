{{
    config(
        materialized='incremental', unique_key=by_figure(),
        meta={'touched': {'by': 'int_published_periods', 'kind': 'figure'}}
    )
}}
-- What may be printed. Order of work: values, findings, hold, disclosure. A figure that is held or
-- suppressed is null here, before any export; totals leave out what is held and say how much (缺N).
with disclosure as (
    select * from {{ ref('int_disclosure') }}
    {{ only_periods('figure') }}
),

declared as (
    select
        indicator_code,
        variant
    from {{ ref('dim_indicator') }}
    where declared_only_flag
),

disclosed as (
    select
        disclosure.*,
        declared.indicator_code is not null as declared_flag,
        disclosure.status_code = 'published' as published_flag,
        disclosure.status_code = 'published' and {{ is_share('disclosure.kind_code') }} as share_flag
    from disclosure
    left join declared
        on disclosure.indicator_code = declared.indicator_code and disclosure.variant = declared.variant
),

final as (
    select
        indicator_code,
        variant,
        kind_code,
        period_kind_code,
        period,
        area_kind_code,
        area_code,
        area_name,
        parent_code,
        level_code,
        cut_code,
        cut_value,
        status_code,
        case
            when status_code = 'held' then coalesce(hold_text, '所在地区的报送未能核实，暂缓发布。')
            when status_code = 'suppressed' then '基数过小或可由合计推出，为保护个人不予公布。'
            when declared_flag
                then
                    '申报数，没有公式可以核对'
                    || case when missing_count > 0 then '；缺' || cast(missing_count as string) else '' end
            when population_text is not null then population_text
            when missing_count > 0 then '缺' || cast(missing_count as string)
        end as reason_text,
        missing_count,
        case when published_flag then num end as num,
        case when published_flag then den end as den,
        case
            when
                published_flag
                and not (
                    coalesce(small_area_flag, false)
                    and excluded_count > 0 and excluded_count < {{ threshold('suppress_below') }}
                )
                then excluded_count
        end as excluded_count,
        case when published_flag then {{ figure_value('kind_code', 'num', 'den') }} end as value,
        case when share_flag then {{ wilson('num', 'den', -1) }} end as value_low,
        case when share_flag then {{ wilson('num', 'den', 1) }} end as value_high,
        case
            when published_flag and kind_code <> 'count'
                then {{ figure_base('kind_code', 'num', 'den') }} < {{ threshold('rank_minimum_n') }}
        end as small_base_flag
    from disclosed
    -- an area without a population is no figure, and yet what it hides must stay hidden
    where kind_code <> 'per_capita' or den is not null
)

select * from final
