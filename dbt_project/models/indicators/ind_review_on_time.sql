-- 复查复核按期率: of the reviews due, those concluded within the days of the rule, hearings not counted (arts. 35, 36).
with rules as (
    select * from {{ ref('dim_deadline_rule') }}
    where clock_code in ('review', 're_review') and valid_from is not null and special_rank = 0
),

ruled as (
    select
        reviews.*,
        {{ add_days('reviews.received_date', 'rules.day_count + ' ~ hearing_days()) }} as last_date
    from {{ ref('fct_review_cases') }} as reviews
    left join rules
        on
            rules.clock_code = case reviews.stage_code when 'reexam' then 're_review' else 'review' end
            and reviews.received_date between rules.valid_from and rules.valid_to
    where reviews.in_force_flag and coalesce(reviews.accepted_flag, true)
),

dated as (
    select
        ruled.*,
        calendar.next_working_date as due_date
    from ruled
    left join {{ ref('int_calendar') }} as calendar on ruled.last_date = calendar.calendar_date
),

subjects as (
    select
        subject_id,
        coalesce(due_date, received_date) as cohort_date,
        {{ of_organ('deciding') }},
        case
            when due_date is null then 'no_due_date'
            when due_date > {{ as_of_date() }} then 'not_yet_due'
        end as excluded_because,
        coalesce(opinion_date <= due_date, false) as numerator_flag,
        cast(opinion_date as timestamp) as evidence_at,
        {{ when_reached('due_date') }} as changes_at,
        {{ no_cuts() }}
    from dated
)

{{ indicator('review_on_time') }}
