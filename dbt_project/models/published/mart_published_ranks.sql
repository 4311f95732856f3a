{{
    config(
        materialized='incremental', unique_key=by_figure(),
        meta={'touched': {'by': 'int_published_periods', 'kind': 'figure'}}
    )
}}
-- The rank of every printed rate of a region among its peers, with the interval of the rank.
-- Rank interval: 1 + peers significantly better, to N - peers significantly worse (Mogstad, Romano,
-- Shaikh, Wilhelm 2024, Review of Economic Studies 91: 476-518), each pair judged by Newcombe's interval
-- (macro surely_better). Each pair is at 95%; nothing is corrected for there being many pairs. A rank whose interval
-- holds more than half of the places is refused: it would say what the figures do not. Together at the ceiling is said.
{%- set peers -%}
indicator_code, variant, period_kind_code, period, peer_group_code, group_area_code, group_level_code
{%- endset %}
with candidates as (
    select * from {{ ref('int_rank_candidates') }}
    {{ only_periods('figure') }}
),

pairs as (
    select * from {{ ref('int_rank_pairs') }}
),

peer_counts as (
    select * from {{ ref('int_peer_counts') }}
),

grouped as (
    select
        *,
        sum(case when rank_status_code = 'ranked' then 1 else 0 end) over (partition by {{ peers }}) as eligible_count,
        count(*) over (partition by {{ peers }}) as figure_count
    from candidates
),

settled as (
    select
        indicator_code,
        variant,
        kind_code,
        direction_code,
        period_kind_code,
        period,
        peer_group_code,
        group_area_code,
        group_level_code,
        area_code,
        area_name,
        level_code,
        rank_status_code = 'ranked'
        and eligible_count >= {{ threshold('rank_minimum_units') }} as ranked_flag,
        rank_status_code = 'ranked'
        and eligible_count < {{ threshold('rank_minimum_units') }} as alone_flag,
        rank_status_code as own_status_code,
        case when eligible_count >= {{ threshold('rank_minimum_units') }} then eligible_count else 0 end
            as ranked_count,
        figure_count,
        reason_text,
        missing_count,
        n,
        value,
        value_low,
        value_high,
        printed_step_count,
        merit_step_count
    from grouped
),

ordered as (
    select
        *,
        rank() over (
            partition by {{ peers }}, ranked_flag order by merit_step_count desc nulls last
        ) as merit_rank,
        count(*) over (
            partition by {{ peers }}, ranked_flag, merit_step_count
        ) as alike_count
    from settled
),

placed as (
    select
        ordered.*,
        case when ordered.ranked_flag then ordered.merit_rank end as area_rank,
        case when ordered.ranked_flag then ordered.alike_count end as tied_count,
        case when ordered.ranked_flag then 1 + pairs.better_count end as rank_low,
        case when ordered.ranked_flag then ordered.ranked_count - pairs.worse_count end as rank_high,
        greatest(coalesce(peer_counts.registered_count, 0), ordered.figure_count)
        - ordered.ranked_count as left_out_count
    from ordered
    left join pairs
        on
            ordered.indicator_code = pairs.indicator_code
            and ordered.variant = pairs.variant
            and ordered.period_kind_code = pairs.period_kind_code
            and ordered.period = pairs.period
            and ordered.peer_group_code = pairs.peer_group_code
            and ordered.area_code = pairs.area_code
    left join peer_counts
        on
            ordered.period = peer_counts.period
            and ordered.peer_group_code = peer_counts.peer_group_code
            and ordered.group_area_code = peer_counts.group_area_code
            and ordered.group_level_code = peer_counts.group_level_code
),

judged as (
    select
        *,
        cast(rank_high - rank_low + 1 as decimal(18, 6)) > {{ threshold('rank_wide_share') }} * ranked_count
            as wide_flag,
        tied_count > 1
        and case
            when direction_code = 'lower' then printed_step_count = 0
            else printed_step_count = {{ printed_steps('1', '1') }}
        end as at_ceiling_flag
    from placed
),

refused as (
    select
        *,
        coalesce(wide_flag and not at_ceiling_flag, false) as unsettled_flag
    from judged
),

final as (
    select
        indicator_code,
        variant,
        kind_code,
        direction_code,
        period_kind_code,
        period,
        peer_group_code,
        group_area_code,
        area_code,
        area_name,
        level_code,
        case
            when alone_flag then 'not_rankable' when unsettled_flag then 'unsettled' else own_status_code
        end as rank_status_code,
        case
            when alone_flag then '没有第二个可排名的单位，不排名。'
            when own_status_code = 'not_rankable' then '计数、均值、每万人，或没有好坏方向的指标，不排名。'
            when own_status_code = 'no_value' then '本期没有计入分母的，不排名。'
            when own_status_code = 'small_base'
                then '基数小：分母不足 ' || cast(cast({{ threshold('rank_minimum_n') }} as int) as string) || '，不排名。'
            when unsettled_flag
                then
                    '名次不定：第 ' || cast(rank_low as string) || ' 至第 ' || cast(rank_high as string)
                    || ' 都说得通，超过可排名单位的一半，不排名。'
            else reason_text
        end as reason_text,
        cast(case when not unsettled_flag then area_rank end as bigint) as rank,
        case
            when unsettled_flag then null
            when tied_count > 1
                then '并列第 ' || cast(area_rank as string) || '（' || cast(tied_count as string) || ' 个）'
            when ranked_flag then '第 ' || cast(area_rank as string)
        end as rank_label,
        cast(case when not unsettled_flag then tied_count end as bigint) as tied_count,
        case when not unsettled_flag then tied_count > 1 end as tied_flag,
        cast(ranked_count as bigint) as ranked_count,
        cast(left_out_count as bigint) as left_out_count,
        '在 ' || cast(ranked_count as string) || ' 个可排名单位中，' || cast(left_out_count as string) || ' 个未列'
            as peers_label,
        cast(rank_low as bigint) as rank_low,
        cast(rank_high as bigint) as rank_high,
        wide_flag as rank_wide_flag,
        missing_count,
        n,
        value,
        value_low,
        value_high,
        cast(printed_step_count * {{ threshold('printed_step') }} as decimal(18, 6)) as printed_value
    from refused
)

select * from final
