-- 平均办理天数: of the registrations answered or closed in a month, the days from registration to that.
with ended as (
    select
        *,
        coalesce(opinion_served_at, closed_at) as ended_at
    from {{ ref('fct_petitions') }}
),

subjects as (
    select
        registration_id as subject_id,
        cast(ended_at as date) as cohort_date,
        {{ of_responsible() }},
        case
            when cast(ended_at as date) > {{ as_of_date() }} then 'not_yet_begun'
            when cast(ended_at as date) < cast(registered_at as date) then 'ended_before_registered'
        end as excluded_because,
        {{ days_between('registered_at', 'ended_at') }} as day_count,
        1 as item_count,
        ended_at as evidence_at,
        {{ when_reached('ended_at') }} as changes_at,
        {{ petition_cuts() }}
    from ended
    where ended_at is not null
)

{{ indicator('handling_days', num='day_count', den='item_count') }}
