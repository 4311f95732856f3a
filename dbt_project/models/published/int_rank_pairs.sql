-- Of each ranked figure: how many peers are significantly better, and how many worse. Figures that
-- print alike are never told apart. Pairs are made within one indicator, period and peer group only.
with candidates as (
    select * from {{ ref('int_rank_candidates') }}
    where rank_status_code = 'ranked'
),

pairs as (
    select
        own.indicator_code,
        own.variant,
        own.period_kind_code,
        own.period,
        own.peer_group_code,
        own.area_code,
        peers.merit_step_count > own.merit_step_count
        and {{ surely_better('peers', 'own') }} as better_flag,
        peers.merit_step_count < own.merit_step_count
        and {{ surely_better('own', 'peers') }} as worse_flag
    from candidates as own
    inner join candidates as peers
        on
            own.indicator_code = peers.indicator_code
            and own.variant = peers.variant
            and own.period_kind_code = peers.period_kind_code
            and own.period = peers.period
            and own.peer_group_code = peers.peer_group_code
            and own.group_area_code = peers.group_area_code
            and own.group_level_code = peers.group_level_code
),

final as (
    select
        indicator_code,
        variant,
        period_kind_code,
        period,
        peer_group_code,
        area_code,
        cast(sum(case when better_flag then 1 else 0 end) as bigint) as better_count,
        cast(sum(case when worse_flag then 1 else 0 end) as bigint) as worse_count
    from pairs
    group by indicator_code, variant, period_kind_code, period, peer_group_code, area_code
)

select * from final
