-- 联席会议覆盖率: of the townships that have to hold conferences, those that had ever held one by the end of the month.
with months as (
    {{ duty_months() }}
),

held as (
    select
        {{ joined_by('conference') }} as subject_id,
        held_date
    from {{ ref('fct_joint_conferences') }}
    where in_force_flag
),

met as (
    select
        months.subject_id,
        months.cohort_date,
        max(held.held_date) as held_date
    from months
    inner join held on months.subject_id = held.subject_id and held.held_date <= months.cohort_date
    group by months.subject_id, months.cohort_date
),

subjects as (
    select
        months.subject_id,
        months.cohort_date,
        months.region_code,
        months.org_code,
        months.excluded_because,
        met.held_date is not null as numerator_flag,
        cast(met.held_date as timestamp) as evidence_at,
        months.changes_at,
        {{ no_cuts() }}
    from months
    left join met on months.subject_id = met.subject_id and months.cohort_date = met.cohort_date
    where months.duty_code = 'joint_conference'
)

{{ indicator('conference_coverage') }}
