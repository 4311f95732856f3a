{{ config(materialized='view') }}
-- The cases that the statistical checks look at, each check by itself: of which office and month, and whether the case
-- is of the kind that recording can bring about. Counted by agg_checked_shares.
with petitions as (
    select * from {{ ref('fct_petitions') }}
    where cast(registered_at as date) >= {{ checked_from() }}
),

calendar as (
    select * from {{ ref('int_calendar') }}
),

-- C01: registered later than the working day after the petition came
registered as (
    select
        'C01' as check_code,
        petitions.registration_id,
        petitions.register_org_code as org_code,
        {{ month_start('petitions.registered_at') }} as month_start_date,
        made.working_day_no - came.working_day_no > 1 as asked_flag
    from petitions
    inner join calendar as came on petitions.petition_date = came.calendar_date
    inner join calendar as made on cast(petitions.registered_at as date) = made.calendar_date
    where petitions.petition_date <= cast(petitions.registered_at as date)
),

-- C06: left out of the counted
counted as (
    select
        'C06' as check_code,
        registration_id,
        register_org_code as org_code,
        {{ month_start('registered_at') }} as month_start_date,
        not counted_flag as asked_flag
    from petitions
    where counted_flag is not null
),

-- C11: of what was answered in the last two weeks of its term, what on the last day
answered as (
    select
        'C11' as check_code,
        registration_id,
        coalesce(responsible_org_code, register_org_code) as org_code,
        {{ month_start('replied_at') }} as month_start_date,
        cast(replied_at as date) = coalesce(effective_reply_due_date, reply_due_date) as asked_flag
    from petitions
    where
        cast(replied_at as date) <= coalesce(effective_reply_due_date, reply_due_date)
        and cast(replied_at as date) > {{ add_days('coalesce(effective_reply_due_date, reply_due_date)', -14) }}
),

evaluations as (
    select * from {{ ref('fct_evaluations') }}
    where cast(evaluated_at as date) >= {{ checked_from() }}
),

-- C13: rated, and not by the petitioner, or from a contact that rated for many on that day
rated as (
    select
        'C13' as check_code,
        evaluations.registration_id,
        evaluations.told_by_office_code as org_code,
        {{ month_start('evaluations.evaluated_at') }} as month_start_date,
        evaluations.evaluator_type_code <> 'self' or gathered.registration_id is not null as asked_flag
    from evaluations
    left join {{ ref('int_gathered_ratings') }} as gathered
        on
            evaluations.registration_id = gathered.registration_id
            and evaluations.target_code = gathered.target_code
            and evaluations.attempt_no = gathered.attempt_no
    where evaluations.evaluator_type_code is not null
),

-- C14: of what was told to be rated or not, what could not be
reached as (
    select
        'C14' as check_code,
        petitions.registration_id,
        evaluations.told_by_office_code as org_code,
        {{ month_start('petitions.registered_at') }} as month_start_date,
        not evaluations.entitled_flag as asked_flag
    from {{ ref('fct_evaluations') }} as evaluations
    inner join petitions on evaluations.registration_id = petitions.registration_id
    where evaluations.entitled_flag is not null and evaluations.attempt_no = 1
),

-- C15: of what was rated satisfactory, what was registered and closed on one day
satisfied as (
    select distinct registration_id
    from evaluations
    where rating_code = 'satisfied'
),

closed_at_once as (
    select
        'C15' as check_code,
        petitions.registration_id,
        petitions.register_org_code as org_code,
        {{ month_start('petitions.registered_at') }} as month_start_date,
        cast(coalesce(petitions.closed_at, petitions.replied_at) as date) = cast(petitions.registered_at as date)
            as asked_flag
    from satisfied
    inner join petitions on satisfied.registration_id = petitions.registration_id
),

-- D13: of visits of four to six people, those of four: five make a collective visit
visits as (
    select
        'D13' as check_code,
        registration_id,
        register_org_code as org_code,
        {{ month_start('registered_at') }} as month_start_date,
        person_count = 4 as asked_flag
    from petitions
    where channel_code = 'visit' and person_count between 4 and 6
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

flips as (
    select * from {{ ref('int_reply_flips') }}
),

-- D12: answered in time as is told now, and not as its office told after the term had ended
told_later as (
    select
        'D12' as check_code,
        registration_id,
        org_code,
        {{ month_start('reply_due_date') }} as month_start_date,
        not in_time_then_flag as asked_flag
    from flips
    where in_time_now_flag
),

-- D14: of what was told after the term and then otherwise, what became in time: errors have two sides
turned as (
    select
        'D14' as check_code,
        registration_id,
        org_code,
        {{ month_start('reply_due_date') }} as month_start_date,
        in_time_now_flag as asked_flag
    from flips
    where told_then_flag and told_now_flag and in_time_then_flag <> in_time_now_flag
),

final as (
    select * from registered
    union all
    select * from counted
    union all
    select * from answered
    union all
    select * from rated
    union all
    select * from reached
    union all
    select * from closed_at_once
    union all
    select * from visits
    union all
    select * from closed_in_batches
    union all
    select * from closed_at_month_end
    union all
    select * from told_later
    union all
    select * from turned
)

select * from final
