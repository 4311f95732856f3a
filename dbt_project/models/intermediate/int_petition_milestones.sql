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

acts as (
    select
        steps.registration_id,
        events.event_type_code,
        events.event_at,
        events.from_org_code = steps.receiving_org_code as receiver_flag,
        events.event_at >= steps.unit_received_at as not_before_flag,
        events.event_at > steps.unit_received_at
        or (events.event_at = steps.unit_received_at and events.event_seq > steps.receipt_seq) as after_flag
    from steps
    inner join events on steps.registration_id = events.registration_id
    where
        steps.unit_received_at is not null
        and events.event_type_code in ('notice_served', 'accepted', 'not_accepted', 'objected', 'objection_consented')
),

-- the unit's notice: by the unit that received it last, not before it received it; and its objection after that
-- receipt, with the consent to it
after_receipt as (
    select
        registration_id,
        min(
            case
                when
                    event_type_code in ('notice_served', 'accepted', 'not_accepted')
                    and receiver_flag and not_before_flag
                    then event_at
            end
        ) as unit_noticed_at,
        min(case when event_type_code = 'objection_consented' and after_flag then event_at end)
            as objection_consented_at,
        min(case when event_type_code = 'objected' and receiver_flag and after_flag then event_at end)
            as unit_objected_at
    from acts
    group by registration_id
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

answers as (
    select * from {{ ref('int_petition_answers') }}
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
        after_receipt.unit_objected_at,
        steps.objected_at,
        steps.objecting_org_code,
        receipt_objected.objected_receipt_at,
        answers.whole_served_at,
        answers.ended_demand_count,
        answers.last_demand_ended_at,
        steps.accepted_at,
        steps.accepting_org_code,
        steps.extended_at,
        steps.extended_due_at
    from firsts
    left join steps on firsts.registration_id = steps.registration_id
    left join after_receipt on firsts.registration_id = after_receipt.registration_id
    left join receipt_objected on firsts.registration_id = receipt_objected.registration_id
    left join answers on firsts.registration_id = answers.registration_id
)

select * from final
