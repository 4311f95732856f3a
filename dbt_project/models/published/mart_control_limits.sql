{{ config(materialized='view') }}
-- Within which limits a share lies among its peers if nothing but chance and their ordinary difference parts them: a
-- funnel (Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202). The standardised differences are cut off at the
-- tenth at either end before their mean square widens the limits; approximate, so only of units that may be ranked.
{%- set fewest_units, z_95, z_998 = 5, 1.96, 3.09 %}
with units as (
    select
        *,
        cast(round(value * cast(n as double)) as decimal(18, 4)) as num,
        {{ peer_group() }} as peer_group
    from {{ ref('mart_published_ranks') }}
    where {{ is_share('kind_code') }} and rank_status_code in ('ranked', 'unsettled')
),

targets as (
    select
        peer_group,
        count(*) as unit_count,
        cast(sum(num) as double) / nullif(cast(sum(n) as double), 0) as target
    from units
    group by peer_group
    having count(*) >= {{ fewest_units }}
),

standardised as (
    select
        units.*,
        targets.target,
        targets.unit_count,
        floor(targets.unit_count * 0.1) as cut_count,
        sqrt(targets.target * (1 - targets.target) / nullif(cast(units.n as double), 0)) as standard_error
    from units
    inner join targets on units.peer_group = targets.peer_group
),

apart as (
    select
        *,
        cast(value - target as double) / nullif(cast(standard_error as double), 0) as z
    from standardised
),

ordered as (
    select
        *,
        row_number() over (partition by peer_group order by z nulls last, area_code nulls last) as place
    from apart
),

cut_off as (
    select
        peer_group,
        max(case when place = cut_count + 1 then z end) as lowest,
        max(case when place = unit_count - cut_count then z end) as highest
    from ordered
    group by peer_group
),

squared as (
    select
        ordered.peer_group,
        cast(power(least(greatest(ordered.z, cut_off.lowest), cut_off.highest), 2) as decimal(18, 6)) as z_squared
    from ordered
    inner join cut_off on ordered.peer_group = cut_off.peer_group
),

spread as (
    select
        peer_group,
        greatest(1, cast(sum(z_squared) as double) / nullif(cast(count(*) as double), 0)) as overdispersion
    from squared
    group by peer_group
),

widened as (
    select
        ordered.*,
        spread.overdispersion,
        ordered.standard_error * sqrt(spread.overdispersion) as widened_error
    from ordered
    inner join spread on ordered.peer_group = spread.peer_group
),

final as (
    select
        indicator_code,
        variant,
        period_kind_code,
        period,
        peer_group_code,
        group_area_code,
        area_code,
        area_name,
        n,
        value,
        target,
        cast(unit_count as bigint) as unit_count,
        overdispersion,
        greatest(0, target - {{ z_95 }} * widened_error) as low_95,
        least(1, target + {{ z_95 }} * widened_error) as high_95,
        greatest(0, target - {{ z_998 }} * widened_error) as low_998,
        least(1, target + {{ z_998 }} * widened_error) as high_998,
        case
            when abs(value - target) > {{ z_998 }} * widened_error then 'outside_998'
            when abs(value - target) > {{ z_95 }} * widened_error then 'outside_95'
            else 'within'
        end as limit_code
    from widened
)

select * from final
