-- 领导包案覆盖率: of a batch's cases at a month end, those with a leader assigned.
with months as (
    {{ led_case_months() }}
),

subjects as (
    select
        case_id as subject_id,
        cohort_date,
        place_region_code as region_code,
        responsible_org_code as org_code,
        case when moved_out_date <= cohort_date then 'moved_out' end as excluded_because,
        leader_since_date is not null as numerator_flag,
        cast(leader_since_date as timestamp) as evidence_at,
        least(changes_at, {{ when_reached('moved_out_date') }}, leader_changes_at) as changes_at,
        {{ case_cuts(leader='leader_level_code') }}
    from months
)

{{ indicator('leader_coverage') }}
