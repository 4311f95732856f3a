-- 包案化解率: of the cases that a leader is in charge of at a month end, those resolved, audited, not flowed back.
with months as (
    {{ led_case_months() }}
),

subjects as (
    select
        case_id as subject_id,
        cohort_date,
        place_region_code as region_code,
        responsible_org_code as org_code,
        case
            when moved_out_date <= cohort_date then 'moved_out'
            when leader_since_date is null then 'no_leader'
        end as excluded_because,
        {{ resolved_net() }} as numerator_flag,
        cast(audited_date as timestamp) as evidence_at,
        least(
            changes_at, {{ when_reached('audited_date') }}, {{ when_reached('backflow_date') }},
            {{ when_reached('moved_out_date') }}, leader_changes_at
        ) as changes_at,
        {{ case_cuts(leader='leader_level_code') }}
    from months
)

{{ indicator('leader_case_resolution') }}
