-- 包案化解率（河北口径）: of the cases that a leader is in charge of at a month end, those reported resolved.
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
        coalesce(status_code = 'resolved' and reported_date <= cohort_date, false) as numerator_flag,
        cast(reported_date as timestamp) as evidence_at,
        least(
            changes_at, {{ when_reached('reported_date') }}, {{ when_reached('moved_out_date') }}, leader_changes_at
        ) as changes_at,
        {{ case_cuts() }}
    from months
)

{{ indicator('leader_case_resolution', 'hebei') }}
