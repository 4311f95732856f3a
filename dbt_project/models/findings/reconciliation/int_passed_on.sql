{{ config(materialized='table') }}
-- What an office passes on to a petition office below it (转送、交办) that tells a register: one row a registration, sender
-- and receiver, the first time of several.
with events as (
    select * from {{ ref('int_office_steps') }}
    where
        valid_to_sequence is null
        and event_type_code in ('transferred', 'assigned')
        and cast(event_at as date) >= {{ checked_from() }}
),

receivers as (
    select distinct office_code from {{ ref('int_register_tellings') }}
    where office_code = register_org_code
),

passed as (
    select
        pairs.upper_org_code,
        pairs.lower_org_code,
        events.registration_id,
        events.event_at,
        events.delivery_sequence,
        events.sheet_no,
        events.row_no,
        row_number() over (
            partition by events.registration_id, pairs.upper_org_code, pairs.lower_org_code
            order by events.event_at nulls last, events.event_seq nulls last
        ) as passing_no,
        max(events.event_at) over (
            partition by events.registration_id, pairs.upper_org_code, pairs.lower_org_code
        ) as last_passed_here_at,
        max(events.event_at) over (partition by events.registration_id, pairs.upper_org_code) as last_passed_at
    from events
    inner join {{ ref('int_level_pairs') }} as pairs
        on
            events.office_code = pairs.upper_org_code
            and events.from_org_code = pairs.upper_org_code
            and events.to_org_code = pairs.lower_org_code
            and pairs.lower_petition_office_flag
    inner join receivers on events.to_org_code = receivers.office_code
),

final as (
    select
        upper_org_code,
        lower_org_code,
        {{ month_start('event_at') }} as month_start_date,
        registration_id,
        cast(event_at as date) as passed_date,
        last_passed_at > last_passed_here_at as passed_elsewhere_later_flag,
        delivery_sequence,
        sheet_no,
        row_no
    from passed
    where passing_no = 1
)

select * from final
