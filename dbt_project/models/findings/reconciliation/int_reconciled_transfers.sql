{{ config(materialized='table') }}
-- What an office passes on to a petition office below it (转送、交办), beside what that office has of it: a copy in its
-- register, a step that it took, or its own registration of the same matter, since the sender's and till soon after the
-- passing. One row a registration and receiver. Compared are receivers that tell a register.
with events as (
    select
        *,
        {{ month_start('event_at') }} as month_start_date
    from {{ ref('int_handling_events_versions') }}
    where valid_to_sequence is null and cast(event_at as date) >= {{ reconciled_from() }}
),

registers as (
    select * from {{ ref('int_petition_register_versions') }}
    where cast(registered_at as date) >= {{ reconciled_from() }}
),

last_tellings as ({{ last_tellings(['petition_register', 'handling_events']) }}),

below as ({{ offices_below() }}),

months_below as (
    select distinct
        office_code as lower_org_code,
        {{ month_start('registered_at') }} as month_start_date
    from registers
    where valid_to_sequence is null and office_code = register_org_code
),

receivers as (
    select org_code from {{ ref('dim_organisation') }}
    where is_petition_office and org_code in (select months_below.lower_org_code from months_below)
),

pairs as (
    select below.*
    from below
    inner join last_tellings on below.upper_org_code = last_tellings.office_code
    inner join receivers on below.lower_org_code = receivers.org_code
),

passed as (
    select
        pairs.upper_org_code,
        pairs.lower_org_code,
        events.*,
        row_number() over (
            partition by events.registration_id, pairs.upper_org_code, pairs.lower_org_code
            order by events.event_at nulls last, events.event_seq nulls last
        ) as passing_no,
        max(events.event_at) over (partition by events.registration_id, pairs.upper_org_code) as last_passed_at,
        max(events.event_at) over (
            partition by events.registration_id, pairs.upper_org_code, pairs.lower_org_code
        ) as last_passed_here_at
    from events
    inner join pairs
        on
            events.office_code = pairs.upper_org_code
            and events.from_org_code = pairs.upper_org_code
            and events.to_org_code = pairs.lower_org_code
    where events.event_type_code in ('transferred', 'assigned')
),

sent as (
    select * from passed
    where passing_no = 1
),

copies as (
    select
        pairs.upper_org_code,
        copies.*,
        {{ month_start('copies.registered_at') }} as month_start_date,
        first_tellings.valid_from_sequence as first_sequence
    from registers as copies
    inner join pairs
        on copies.office_code = pairs.lower_org_code and copies.register_org_code = pairs.upper_org_code
    inner join registers as first_tellings
        on
            copies.office_code = first_tellings.office_code
            and copies.registration_id = first_tellings.registration_id
            and first_tellings.version_no = 1
    where copies.valid_to_sequence is null
),

items as (
    select
        items.registration_id,
        items.same_registration_id,
        items.linked_matter_id,
        petitions.register_org_code,
        petitions.registered_at,
        petitions.delivery_sequence,
        petitions.sheet_no,
        petitions.row_no
    from {{ ref('fct_matter_items') }} as items
    inner join {{ ref('fct_petitions') }} as petitions on items.registration_id = petitions.registration_id
),

-- the receiver's own registration of what was passed on
own as (
    select
        sent.registration_id,
        sent.lower_org_code,
        theirs.delivery_sequence,
        theirs.sheet_no,
        theirs.row_no,
        theirs.same_registration_id = ours.same_registration_id as same_flag
    from sent
    inner join items as ours on sent.registration_id = ours.registration_id
    inner join items as theirs
        on
            ours.linked_matter_id = theirs.linked_matter_id
            and sent.lower_org_code = theirs.register_org_code
            and sent.registration_id <> theirs.registration_id
    where
        cast(theirs.registered_at as date) >= cast(ours.registered_at as date)
        and cast(theirs.registered_at as date)
        <= {{ add_days('cast(sent.event_at as date)', threshold('received_within_days')) }}
),

traces as (
    select
        registration_id,
        office_code as lower_org_code,
        1 as kind_no,
        delivery_sequence,
        sheet_no,
        row_no,
        false as same_flag
    from copies
    union all
    select
        events.registration_id,
        events.office_code as lower_org_code,
        2 as kind_no,
        events.delivery_sequence,
        events.sheet_no,
        events.row_no,
        false as same_flag
    from events
    inner join sent on events.registration_id = sent.registration_id and events.office_code = sent.lower_org_code
    union all
    select
        registration_id,
        lower_org_code,
        3 as kind_no,
        delivery_sequence,
        sheet_no,
        row_no,
        same_flag
    from own
),

-- one receipt of each: twice registered as the same is twice counted
received as (
    select
        *,
        row_number() over (
            partition by registration_id, lower_org_code
            order by kind_no nulls last, delivery_sequence nulls last, sheet_no nulls last, row_no nulls last
        ) as trace_no,
        sum(case when same_flag then 1 else 0 end) over (partition by registration_id, lower_org_code) as same_count
    from traces
),

-- the receiver said that it is not its: objected, or did not take it up
refused as (
    select distinct
        registration_id,
        from_org_code as lower_org_code
    from events
    where event_type_code in ('objected', 'not_accepted', 'no_longer_accepted')
),

-- the sender dealt with it itself, and passed on a copy alone
kept as (
    select distinct
        registration_id,
        office_code as upper_org_code
    from events
    where event_type_code in ('direct_reply', 'filed')
),

senders as (
    select distinct
        registration_id,
        upper_org_code
    from sent
),

months_above as (
    select distinct
        office_code as upper_org_code,
        month_start_date
    from events
),

sent_cases as (
    select
        sent.upper_org_code,
        sent.lower_org_code,
        sent.month_start_date,
        sent.registration_id,
        1 as upper_count,
        case when received.registration_id is null then 0 else greatest(1, received.same_count) end as lower_count,
        case
            when received.registration_id is not null and received.same_count > 1 then 'duplicates'
            when received.registration_id is not null then 'agreed'
            when refused.registration_id is not null then 'classification'
            when sent.last_passed_at > sent.last_passed_here_at then 'attribution'
            when months_below.lower_org_code is null then 'coverage'
            when
                cast(deliveries.recorded_at as date)
                < {{ add_days('cast(sent.event_at as date)', threshold('received_within_days')) }}
                then 'timing'
            else 'unexplained'
        end as part_code,
        cast(null as string) as differing_columns,
        sent.delivery_sequence as upper_delivery_sequence,
        sent.sheet_no as upper_sheet_no,
        sent.row_no as upper_row_no,
        received.delivery_sequence as lower_delivery_sequence,
        received.sheet_no as lower_sheet_no,
        received.row_no as lower_row_no
    from sent
    left join received
        on
            sent.registration_id = received.registration_id
            and sent.lower_org_code = received.lower_org_code
            and received.trace_no = 1
    left join refused
        on sent.registration_id = refused.registration_id and sent.lower_org_code = refused.lower_org_code
    left join months_below
        on sent.lower_org_code = months_below.lower_org_code and sent.month_start_date = months_below.month_start_date
    left join last_tellings on sent.lower_org_code = last_tellings.office_code
    left join {{ ref('stg_deliveries') }} as deliveries on last_tellings.last_sequence = deliveries.delivery_sequence
),

-- the receiver has a copy of what the sender does not say that it passed on to it
unsent_cases as (
    select
        copies.upper_org_code,
        copies.office_code as lower_org_code,
        copies.month_start_date,
        copies.registration_id,
        0 as upper_count,
        1 as lower_count,
        case
            when kept.registration_id is not null then 'classification'
            when elsewhere.registration_id is not null then 'attribution'
            when months_above.upper_org_code is null then 'coverage'
            when copies.first_sequence > last_tellings.last_sequence then 'timing'
            else 'unexplained'
        end as part_code,
        cast(null as string) as differing_columns,
        cast(null as bigint) as upper_delivery_sequence,
        cast(null as integer) as upper_sheet_no,
        cast(null as integer) as upper_row_no,
        copies.delivery_sequence as lower_delivery_sequence,
        copies.sheet_no as lower_sheet_no,
        copies.row_no as lower_row_no
    from copies
    left join sent
        on copies.registration_id = sent.registration_id and copies.office_code = sent.lower_org_code
    left join kept
        on copies.registration_id = kept.registration_id and copies.upper_org_code = kept.upper_org_code
    left join senders as elsewhere
        on copies.registration_id = elsewhere.registration_id and copies.upper_org_code = elsewhere.upper_org_code
    left join months_above
        on
            copies.upper_org_code = months_above.upper_org_code
            and copies.month_start_date = months_above.month_start_date
    left join last_tellings on copies.upper_org_code = last_tellings.office_code
    where sent.registration_id is null
),

cases as (
    select * from sent_cases
    union all
    select * from unsent_cases
),

final as (
    select
        {{ reconciled_columns('passed_on') }}
    from cases
)

select * from final
