-- The handling events of each registration, one row a registration: when each step first happened.
-- A slice for the fact: see only_slice.
{%- set in_force, touched = ref('int_handling_events_in_force'), ref('int_handling_events_touched') %}
with events as (
    select
        registration_id,
        register_org_code,
        office_code,
        event_seq,
        event_type_code,
        event_at,
        from_org_code,
        new_due_at,
        demand_no
    from {{ touched if sliced() else in_force }}
    where valid_to_sequence is null
),

-- only of these steps it matters which one was first or last: the others are not put in order
ordered as (
    select
        *,
        row_number() over (
            partition by registration_id, event_type_code
            order by event_at nulls last, event_seq, office_code
        ) as first_rank,
        row_number() over (
            partition by registration_id, event_type_code
            order by event_at desc nulls last, event_seq desc, office_code desc
        ) as last_rank
    from events
    where event_type_code in ('unit_received', 'accepted', 'extended', 'objected')
),

steps as (
    select
        registration_id,
        max(case when event_type_code = 'unit_received' and last_rank = 1 then event_at end) as unit_received_at,
        max(case when event_type_code = 'unit_received' and last_rank = 1 then event_seq end) as receipt_seq,
        max(case when event_type_code = 'unit_received' and last_rank = 1 then from_org_code end)
            as receiving_org_code,
        max(case when event_type_code = 'unit_received' and first_rank = 1 then from_org_code end)
            as first_receiving_org_code,
        max(case when event_type_code = 'accepted' and first_rank = 1 then event_at end) as accepted_at,
        max(case when event_type_code = 'accepted' and first_rank = 1 then from_org_code end)
            as accepting_org_code,
        max(case when event_type_code = 'objected' and first_rank = 1 then event_at end) as objected_at,
        max(case when event_type_code = 'objected' and first_rank = 1 then event_seq end) as objection_seq,
        max(case when event_type_code = 'objected' and first_rank = 1 then from_org_code end) as objecting_org_code,
        max(case when event_type_code = 'extended' and first_rank = 1 then event_at end) as extended_at,
        max(case when event_type_code = 'extended' and first_rank = 1 then new_due_at end) as extended_due_at
    from ordered
    group by registration_id
),

-- the unit's notice: by the unit that received it last, not before it received it; and its objection after that
-- receipt, with the consent to it
after_receipt as (
    select
        steps.registration_id,
        min(
            case
                when
                    events.event_type_code in ('notice_served', 'accepted', 'not_accepted')
                    and events.from_org_code = steps.receiving_org_code
                    and events.event_at >= steps.unit_received_at
                    then events.event_at
            end
        ) as unit_noticed_at,
        min(
            case
                when
                    events.event_type_code = 'objection_consented'
                    and (
                        events.event_at > steps.unit_received_at
                        or (events.event_at = steps.unit_received_at and events.event_seq > steps.receipt_seq)
                    )
                    then events.event_at
            end
        ) as objection_consented_at,
        min(
            case
                when
                    events.event_type_code = 'objected'
                    and events.from_org_code = steps.receiving_org_code
                    and (
                        events.event_at > steps.unit_received_at
                        or (events.event_at = steps.unit_received_at and events.event_seq > steps.receipt_seq)
                    )
                    then events.event_at
            end
        ) as last_objected_at
    from steps
    inner join events on steps.registration_id = events.registration_id
    where
        steps.unit_received_at is not null
        and events.event_type_code in ('notice_served', 'accepted', 'not_accepted', 'objected', 'objection_consented')
    group by steps.registration_id
),

-- when the unit that objected first had received it
receipt_objected as (
    select
        steps.registration_id,
        max(events.event_at) as objected_receipt_at
    from steps
    inner join events
        on
            steps.registration_id = events.registration_id
            and steps.objecting_org_code = events.from_org_code
    where
        steps.objected_at is not null
        and events.event_type_code = 'unit_received'
        and (
            events.event_at < steps.objected_at
            or (events.event_at = steps.objected_at and events.event_seq < steps.objection_seq)
        )
    group by steps.registration_id
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

firsts as (
    select
        registration_id,
        max(register_org_code) as register_org_code,
        min(case
            when event_type_code in (
                'transferred', 'assigned', 'direct_reply', 'not_accepted', 'no_longer_accepted'
            ) then event_at
        end) as forwarded_at,
        min(case when event_type_code = 'filed' then event_at end) as filed_at,
        max(case when event_type_code = 'short_procedure' then 1 else 0 end) = 1 as short_flag,
        min(case when event_type_code = 'opinion_issued' then event_at end) as opinion_issued_at,
        min(case when event_type_code = 'opinion_served' then event_at end) as first_served_at,
        max(demand_no) as highest_demand_no,
        min(case when event_type_code = 'closed' then event_at end) as closed_at
    from events
    group by registration_id
),

final as (
    select
        firsts.*,
        steps.unit_received_at,
        steps.receiving_org_code,
        steps.first_receiving_org_code,
        after_receipt.unit_noticed_at,
        after_receipt.objection_consented_at,
        after_receipt.last_objected_at,
        steps.objected_at,
        steps.objecting_org_code,
        receipt_objected.objected_receipt_at,
        wholes.whole_served_at,
        demands.ended_demand_count,
        demands.last_demand_ended_at,
        steps.accepted_at,
        steps.accepting_org_code,
        steps.extended_at,
        steps.extended_due_at
    from firsts
    left join steps on firsts.registration_id = steps.registration_id
    left join after_receipt on firsts.registration_id = after_receipt.registration_id
    left join receipt_objected on firsts.registration_id = receipt_objected.registration_id
    left join wholes on firsts.registration_id = wholes.registration_id
    left join demands on firsts.registration_id = demands.registration_id
)

select * from final
