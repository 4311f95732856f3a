{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched', 'kind': 'registration'}}
    )
}}
-- The handling events of each registration, one row a registration: when each step first happened.
with events as (
    select * from {{ ref('int_handling_events_in_force') }}
    {{ only_touched('registration_id', 'registration') }}
),

ordered as (
    select
        *,
        row_number() over (
            partition by registration_id, event_type_code
            order by event_at, event_seq, office_code
        ) as first_rank,
        row_number() over (
            partition by registration_id, event_type_code
            order by event_at desc, event_seq desc, office_code desc
        ) as last_rank
    from events
),

receipts as (
    select * from ordered
    where event_type_code = 'unit_received' and last_rank = 1
),

acceptances as (
    select * from ordered
    where event_type_code = 'accepted' and first_rank = 1
),

extensions as (
    select * from ordered
    where event_type_code = 'extended' and first_rank = 1
),

-- the unit's notice: by the unit that received it last, not before it received it
notices as (
    select
        receipts.registration_id,
        min(events.event_at) as unit_noticed_at
    from receipts
    inner join events
        on
            receipts.registration_id = events.registration_id
            and receipts.from_org_code = events.from_org_code
            and receipts.event_at <= events.event_at
    where events.event_type_code in ('notice_served', 'accepted', 'not_accepted')
    group by receipts.registration_id
),

consents as (
    select
        receipts.registration_id,
        min(events.event_at) as objection_consented_at
    from receipts
    inner join events on receipts.registration_id = events.registration_id
    where
        events.event_type_code = 'objection_consented'
        and (
            events.event_at > receipts.event_at
            or (events.event_at = receipts.event_at and events.event_seq > receipts.event_seq)
        )
    group by receipts.registration_id
),

firsts as (
    select
        registration_id,
        min(case
            when event_type_code in (
                'transferred', 'assigned', 'direct_reply', 'not_accepted', 'no_longer_accepted'
            ) then event_at
        end) as forwarded_at,
        min(case when event_type_code = 'filed' then event_at end) as filed_at,
        min(case when event_type_code = 'opinion_issued' then event_at end) as opinion_issued_at,
        min(case when event_type_code = 'opinion_served' then event_at end) as opinion_served_at,
        min(case when event_type_code = 'closed' then event_at end) as closed_at
    from events
    group by registration_id
),

final as (
    select
        firsts.*,
        receipts.event_at as unit_received_at,
        receipts.from_org_code as receiving_org_code,
        notices.unit_noticed_at,
        consents.objection_consented_at,
        acceptances.event_at as accepted_at,
        acceptances.from_org_code as accepting_org_code,
        extensions.event_at as extended_at,
        extensions.new_due_at as extended_due_at
    from firsts
    left join receipts on firsts.registration_id = receipts.registration_id
    left join notices on firsts.registration_id = notices.registration_id
    left join consents on firsts.registration_id = consents.registration_id
    left join acceptances on firsts.registration_id = acceptances.registration_id
    left join extensions on firsts.registration_id = extensions.registration_id
)

select * from final
