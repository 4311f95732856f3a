-- 审核化解率（西藏口径）: of all cases that a batch issued, at a month end, those whose report passed the audit.
with subjects as (
    select
        case_id as subject_id,
        cohort_date,
        place_region_code as region_code,
        responsible_org_code as org_code,
        cast(null as string) as excluded_because,
        coalesce(audited_result_code = 'pass' and audited_date <= cohort_date, false) as numerator_flag,
        cast(audited_date as timestamp) as evidence_at,
        least(changes_at, {{ when_reached('audited_date') }}) as changes_at,
        {{ case_cuts() }}
    from ({{ case_months() }}) as months
)

{{ indicator('backlog_resolution', 'tibet') }}
