{{ config(materialized='view') }}
-- Shares of ranked areas as they would be if all had the case mix of their group (direct standardisation by category),
-- and over how many peers the order reverses: ahead in all, behind or even in every category that both have (Simpson).
with units as (
    select
        *,
        {{ peer_group() }} as peer_group
    from {{ ref('mart_published_ranks') }}
    where {{ is_share('kind_code') }} and rank_status_code in ('ranked', 'unsettled')
),

parts as (
    select
        units.peer_group,
        units.area_code,
        units.value as whole_value,
        cells.cut_value,
        cells.den as part_n,
        cells.value as part_value
    from units
    inner join {{ ref('mart_indicator_values') }} as cells
        on
            units.indicator_code = cells.indicator_code
            and units.variant = cells.variant
            and units.period = cells.period
            and units.area_code = cells.area_code
    where cells.area_kind_code = 'region' and cells.cut_code = 'category_code' and cells.den > 0
),

weights as (
    select
        peer_group,
        cut_value,
        sum(part_n) as weight
    from parts
    group by peer_group, cut_value
),

totals as (
    select
        peer_group,
        sum(weight) as total_weight
    from weights
    group by peer_group
),

weighted as (
    select
        parts.peer_group,
        parts.area_code,
        weights.weight,
        totals.total_weight,
        cast(cast(weights.weight as double) * parts.part_value as decimal(18, 4)) as weighted_value
    from parts
    inner join weights on parts.peer_group = weights.peer_group and parts.cut_value = weights.cut_value
    inner join totals on parts.peer_group = totals.peer_group
),

standardised as (
    select
        peer_group,
        area_code,
        cast(sum(weighted_value) as double) / nullif(cast(sum(weight) as double), 0) as standardised_value,
        cast(sum(weight) as double) / nullif(cast(max(total_weight) as double), 0) as covered_share,
        cast(count(*) as bigint) as category_count
    from weighted
    group by peer_group, area_code
),

-- more than one category in common, else there is no mix that could be told apart
reversed as (
    select
        own.peer_group,
        own.area_code,
        peers.area_code as peer_code
    from parts as own
    inner join parts as peers on own.peer_group = peers.peer_group and own.cut_value = peers.cut_value
    where own.whole_value > peers.whole_value
    group by own.peer_group, own.area_code, peers.area_code
    having count(*) > 1 and max(own.part_value - peers.part_value) <= 0
),

reversals as (
    select
        peer_group,
        area_code,
        cast(count(*) as bigint) as reversed_count
    from reversed
    group by peer_group, area_code
),

final as (
    select
        units.indicator_code,
        units.variant,
        units.period_kind_code,
        units.period,
        units.peer_group_code,
        units.group_area_code,
        units.area_code,
        units.area_name,
        units.n,
        units.value,
        standardised.standardised_value,
        standardised.covered_share,
        standardised.category_count,
        coalesce(reversals.reversed_count, 0) as reversed_count
    from units
    inner join standardised on units.peer_group = standardised.peer_group and units.area_code = standardised.area_code
    left join reversals on units.peer_group = reversals.peer_group and units.area_code = reversals.area_code
)

select * from final
