{{ config(materialized='view') }}
-- Of the cases that the statistical checks look at, those of registrations.
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

final as (
    select * from registered
    union all
    select * from counted
    union all
    select * from visits
)

select * from final
