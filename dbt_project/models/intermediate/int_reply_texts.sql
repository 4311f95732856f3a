{{ config(materialized='view') }}
-- The different texts that an organ gave as replies in a month, by the first case of each, and whether many got it. A
-- text is nobody, and only whether two are the same is asked; what one says, and its key, stay below. Whoever told a
-- reply, it is of the organ that gave it, and told by two it is one.
with events as (
    select * from {{ ref('int_handling_events_in_force') }}
    where
        reply_text_key is not null
        and event_type_code in ('direct_reply', 'opinion_issued', 'opinion_served')
        and cast(event_at as date) >= {{ checked_from() }}
),

final as (
    select
        min(registration_id) as registration_id,
        coalesce(from_org_code, office_code) as org_code,
        {{ month_start('event_at') }} as month_start_date,
        count(distinct registration_id) >= {{ threshold('alike_replies') }} as alike_flag
    from events
    group by coalesce(from_org_code, office_code), {{ month_start('event_at') }}, reply_text_key
)

select * from final
