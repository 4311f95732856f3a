-- 领导包案覆盖率: of a batch's cases at a month end, those with a leader assigned.
with months as (
    {{ case_months() }}
),

assignments as (
    select * from {{ ref('fct_leader_assignments') }}
    where in_force_flag
),

covered as (
    select
        months.case_id,
        months.cohort_date,
        min(assignments.started_date) as first_started_date
    from months
    inner join assignments on months.case_id = assignments.case_id
    where
        assignments.started_date <= months.cohort_date
        and (
            assignments.ended_date is null or assignments.ended_date >= months.cohort_date
            or assignments.result_code in ('resolved', 'satisfied')
        )
    group by months.case_id, months.cohort_date
),

waiting as (
    select
        case_id,
        min(least(
            {{ when_reached('started_date') }}, {{ when_reached(add_days('ended_date', 1)) }}
        )) as changes_at
    from assignments
    group by case_id
),

subjects as (
    select
        months.case_id as subject_id,
        months.cohort_date,
        months.place_region_code as region_code,
        months.responsible_org_code as org_code,
        case when months.moved_out_date <= months.cohort_date then 'moved_out' end as excluded_because,
        covered.case_id is not null as numerator_flag,
        cast(covered.first_started_date as timestamp) as evidence_at,
        least(months.changes_at, {{ when_reached('months.moved_out_date') }}, waiting.changes_at) as changes_at,
        {{ case_cuts('months') }}
    from months
    left join covered on months.case_id = covered.case_id and months.cohort_date = covered.cohort_date
    left join waiting on months.case_id = waiting.case_id
)

{{ indicator('leader_coverage') }}
