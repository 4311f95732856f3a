-- How many units of a peer group could be in a ranking of a period: those of the register that were not
-- abolished before it. Not asked of valid_from: a register begins on the day its list does.
with peer_groups as (
    select * from {{ ref('int_peer_groups') }}
),

periods as (
    select distinct period from {{ ref('int_rank_candidates') }}
),

final as (
    select
        periods.period,
        peer_groups.peer_group_code,
        peer_groups.group_area_code,
        peer_groups.group_level_code,
        cast(count(*) as bigint) as registered_count
    from peer_groups
    inner join periods
        on
            peer_groups.valid_to is null
            or substr(cast(peer_groups.valid_to as string), 1, length(periods.period)) >= periods.period
    group by
        periods.period, peer_groups.peer_group_code, peer_groups.group_area_code, peer_groups.group_level_code
)

select * from final
