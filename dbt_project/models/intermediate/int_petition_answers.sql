-- What of each registration was answered, one row a registration with an opinion served: the whole, and each of
-- several demands by itself. A slice for the fact: see only_slice.
{%- set in_force, touched = ref('int_handling_events_in_force'), ref('int_handling_events_touched') %}
with events as (
    select
        registration_id,
        event_type_code,
        event_at,
        from_org_code,
        demand_no
    from {{ touched if sliced() else in_force }}
    where valid_to_sequence is null
),

-- of a registration with several demands, those answered each by itself: by an opinion, or by being turned down
demand_steps as (
    select
        registration_id,
        demand_no,
        from_org_code,
        event_type_code,
        event_at
    from events
    where
        demand_no is not null
        and event_type_code in ('opinion_served', 'direct_reply', 'not_accepted', 'no_longer_accepted')
),

demands_ended as (
    select
        registration_id,
        demand_no,
        min(event_at) as ended_at,
        max(case when event_type_code = 'opinion_served' then 1 else 0 end) as served_flag
    from demand_steps
    group by registration_id, demand_no
),

-- without an opinion on any of them it was not answered
demands as (
    select
        registration_id,
        cast(count(*) as bigint) as ended_demand_count,
        max(ended_at) as last_demand_ended_at
    from demands_ended
    group by registration_id
    having max(served_flag) = 1
),

-- an opinion on the whole; the one on a demand, told again by an office whose ledger has no column for it, is none
wholes as (
    select
        events.registration_id,
        min(events.event_at) as whole_served_at
    from events
    left join demand_steps
        on
            events.registration_id = demand_steps.registration_id
            and events.from_org_code = demand_steps.from_org_code
            and cast(events.event_at as date) = cast(demand_steps.event_at as date)
    where
        events.event_type_code = 'opinion_served' and events.demand_no is null
        and demand_steps.registration_id is null
    group by events.registration_id
),

final as (
    select
        coalesce(wholes.registration_id, demands.registration_id) as registration_id,
        wholes.whole_served_at,
        demands.ended_demand_count,
        demands.last_demand_ended_at
    from wholes
    full outer join demands on wholes.registration_id = demands.registration_id
)

select * from final
