-- The handling events of each registration, one row a registration: when each step first happened.
-- A slice for the fact: see only_slice.
{%- set steps = [
    ('unit_received_at', 'unit_received', 'last', 'event_at'),
    ('receipt_seq', 'unit_received', 'last', 'event_seq'),
    ('receiving_org_code', 'unit_received', 'last', 'from_org_code'),
    ('first_receiving_org_code', 'unit_received', 'first', 'from_org_code'),
    ('accepted_at', 'accepted', 'first', 'event_at'),
    ('accepting_org_code', 'accepted', 'first', 'from_org_code'),
    ('objected_at', 'objected', 'first', 'event_at'),
    ('objection_seq', 'objected', 'first', 'event_seq'),
    ('objecting_org_code', 'objected', 'first', 'from_org_code'),
    ('extended_at', 'extended', 'first', 'event_at'),
    ('extended_due_at', 'extended', 'first', 'new_due_at')
] %}
{%- set step_kinds = ('unit_received', 'accepted', 'objected', 'extended') %}
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

-- what is said of each step where there is one of its kind; of several the first, or the last, is looked for apart
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
        min(case when event_type_code = 'closed' then event_at end) as closed_at,
        {% for name, kind, _, value in steps -%}
        max(case when event_type_code = '{{ kind }}' then {{ value }} end) as {{ name }},
        {% endfor -%}
        {% for kind in step_kinds -%}
        count(case when event_type_code = '{{ kind }}' then 1 end) > 1{{ ' or ' if not loop.last }}
        {%- endfor %} as several_flag
    from events
    group by registration_id
),

ordered as (
    select
        events.*,
        row_number() over (
            partition by events.registration_id, events.event_type_code
            order by events.event_at nulls last, events.event_seq, events.office_code
        ) as first_rank,
        row_number() over (
            partition by events.registration_id, events.event_type_code
            order by events.event_at desc nulls last, events.event_seq desc, events.office_code desc
        ) as last_rank
    from events
    inner join firsts on events.registration_id = firsts.registration_id
    where firsts.several_flag and events.event_type_code in {{ step_kinds }}
),

steps as (
    select
        {% for name, _, _, _ in steps -%}
        {{ name }},
        {% endfor -%}
        registration_id
    from firsts
    where not several_flag
    union all
    select
        {% for name, kind, rank, value in steps -%}
        max(case when event_type_code = '{{ kind }}' and {{ rank }}_rank = 1 then {{ value }} end) as {{ name }},
        {% endfor -%}
        registration_id
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

final as (
    select
        firsts.registration_id,
        firsts.register_org_code,
        firsts.forwarded_at,
        firsts.filed_at,
        firsts.short_flag,
        firsts.opinion_issued_at,
        firsts.first_served_at,
        firsts.highest_demand_no,
        firsts.closed_at,
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
