-- Every printed figure of a region in its peer groups, and whether it may be ranked. Read from what is
-- already masked: a held or suppressed figure has nothing here that could order it.
with figures as (
    select * from {{ ref('mart_published_values') }}
    where area_kind_code = 'region' and cut_code = 'all' {{ only_periods('figure', 'and') }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

peer_groups as (
    select * from {{ ref('int_peer_groups') }}
),

directed as (
    select
        figures.*,
        indicators.direction_code,
        {{ figure_base('figures.kind_code', 'figures.num', 'figures.den') }} as n,
        {{ is_share('figures.kind_code') }}
        and coalesce(indicators.direction_code, 'none') in ('higher', 'lower') as rankable_flag
    from figures
    inner join indicators
        on figures.indicator_code = indicators.indicator_code and figures.variant = indicators.variant
),

judged as (
    select
        *,
        case
            when not rankable_flag then 'not_rankable'
            when status_code <> 'published' then status_code
            when value is null then 'no_value'
            when n < {{ threshold('rank_minimum_n') }} then 'small_base'
            else 'ranked'
        end as rank_status_code,
        case when rankable_flag then {{ printed_steps('num', 'den') }} end as printed_step_count,
        case when direction_code = 'lower' then round(1 - value, 6) else value end as merit,
        case when direction_code = 'lower' then round(1 - value_high, 6) else value_low end as merit_low,
        case when direction_code = 'lower' then round(1 - value_low, 6) else value_high end as merit_high
    from directed
),

final as (
    select
        judged.*,
        case
            when judged.direction_code = 'lower' then -judged.printed_step_count
            else judged.printed_step_count
        end as merit_step_count,
        peer_groups.peer_group_code,
        peer_groups.group_area_code,
        peer_groups.group_level_code
    from judged
    inner join peer_groups on judged.area_code = peer_groups.region_code
)

select * from final
