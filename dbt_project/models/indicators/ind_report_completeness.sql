-- 刊期齐全率: of the issues that organs have to make in a month, those that they made.
with asked as (
    {{ issues_asked() }}
),

issues as (
    select
        {{ joined_by('report') }} as subject_id,
        coalesce(period_end_date, published_date) as period_date,
        published_date
    from {{ ref('fct_report_issues') }}
    where in_force_flag
),

made as (
    select
        asked.subject_id,
        asked.cohort_date,
        count(case when issues.published_date <= {{ as_of_date() }} then 1 end) as issue_count,
        max(issues.published_date) as published_date,
        min({{ when_reached('issues.published_date') }}) as changes_at
    from asked
    inner join issues
        on
            asked.subject_id = issues.subject_id
            and issues.period_date between asked.month_start_date and asked.cohort_date
    group by asked.subject_id, asked.cohort_date
),

subjects as (
    select
        asked.subject_id,
        asked.cohort_date,
        asked.region_code,
        asked.org_code,
        asked.excluded_because,
        least(coalesce(made.issue_count, 0), asked.issue_count) as made_count,
        asked.issue_count as asked_count,
        cast(made.published_date as timestamp) as evidence_at,
        least(asked.changes_at, made.changes_at) as changes_at,
        {{ no_cuts() }}
    from asked
    left join made on asked.subject_id = made.subject_id and asked.cohort_date = made.cohort_date
)

{{ indicator('report_completeness', num='made_count', den='asked_count') }}
