{{ config(materialized='view') }}
-- Of the cases that the statistical checks look at, those of ratings.
with petitions as (
    select * from {{ ref('fct_petitions') }}
    where cast(registered_at as date) >= {{ checked_from() }}
),

evaluations as (
    select * from {{ ref('fct_evaluations') }}
    where cast(evaluated_at as date) >= {{ checked_from() }}
),

-- C13: rated, and not by the petitioner, or from a contact that rated for many on that day, or within minutes of the
-- reply, where both tell the hour
rated as (
    select
        'C13' as check_code,
        evaluations.registration_id,
        evaluations.told_by_office_code as org_code,
        {{ month_start('evaluations.evaluated_at') }} as month_start_date,
        evaluations.evaluator_type_code <> 'self'
        or gathered.registration_id is not null
        or coalesce(
            evaluations.target_code = 'unit'
            and replies.replied_at > cast(cast(replies.replied_at as date) as timestamp)
            and evaluations.evaluated_at > cast(cast(evaluations.evaluated_at as date) as timestamp)
            and {{ seconds_between('replies.replied_at', 'evaluations.evaluated_at') }}
            between 0 and 60 * {{ threshold('rated_within_minutes') }},
            false
        ) as asked_flag
    from evaluations
    left join {{ ref('fct_petitions') }} as replies on evaluations.registration_id = replies.registration_id
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
        registration_id,
        told_by_office_code as org_code,
        {{ month_start('registered_at') }} as month_start_date,
        not entitled_flag as asked_flag
    from {{ ref('fct_evaluations') }}
    where entitled_flag is not null and attempt_no = 1 and cast(registered_at as date) >= {{ checked_from() }}
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

final as (
    select * from rated
    union all
    select * from reached
    union all
    select * from closed_at_once
)

select * from final
