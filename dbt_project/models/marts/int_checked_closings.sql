{{ config(materialized='view') }}
-- Of the cases that the statistical checks look at, those of closings.
with petitions as (
    select * from {{ ref('fct_petitions') }}
    where cast(registered_at as date) >= {{ checked_from() }}
),

closed as (
    select
        registration_id,
        coalesce(responsible_org_code, register_org_code) as org_code,
        closed_at,
        cast(closed_at as date) as closed_date,
        {{ month_start('closed_at') }} as month_start_date
    from petitions
    where closed_at is not null
),

-- D16: of the minutes in which an office closed anything, by the first case of each, in which it closed many: what is
-- recorded in one go is one decision, and counts as one
closed_in_batches as (
    select
        'D16' as check_code,
        min(registration_id) as registration_id,
        org_code,
        min(month_start_date) as month_start_date,
        count(*) >= {{ threshold('batch_closings') }} as asked_flag
    from closed
    where closed_at > cast(closed_date as timestamp)
    group by org_code, closed_date, hour(closed_at), minute(closed_at)
),

-- D17: of what was closed in a month that is over, what in its last three days
closed_at_month_end as (
    select
        'D17' as check_code,
        registration_id,
        org_code,
        month_start_date,
        closed_date > {{ add_days('last_day(closed_date)', -3) }} as asked_flag
    from closed
    where last_day(closed_date) <= {{ as_of_date() }}
),

final as (
    select * from closed_in_batches
    union all
    select * from closed_at_month_end
)

select * from final
