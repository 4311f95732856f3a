{{ config(materialized='view') }}
-- The different texts that an office gave as replies in a month, by the first case of each, and whether many got it.
-- A text is nobody, and only whether two are the same is asked; what one says, and its key, stay below.
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
        office_code,
        {{ month_start('event_at') }} as month_start_date,
        count(distinct registration_id) >= {{ threshold('alike_replies') }} as alike_flag
    from events
    group by office_code, {{ month_start('event_at') }}, reply_text_key
)

select * from final
