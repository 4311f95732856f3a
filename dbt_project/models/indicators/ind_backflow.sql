-- 积案回流率: of a batch's cases resolved and audited by a month end, those that had flowed back by then.
with months as (
    {{ case_months() }}
),

subjects as (
    select
        case_id as subject_id,
        cohort_date,
        place_region_code as region_code,
        responsible_org_code as org_code,
        case
            when coalesce(not (
                status_code = 'resolved' and audited_result_code = 'pass' and audited_date <= cohort_date
            ), true) then 'not_resolved'
        end as excluded_because,
        coalesce(backflow_date between audited_date and cohort_date, false) as numerator_flag,
        cast(backflow_date as timestamp) as evidence_at,
        least(
            changes_at, {{ when_reached('audited_date') }}, {{ when_reached('backflow_date') }}
        ) as changes_at,
        {{ case_cuts() }}
    from months
)

{{ indicator('backflow') }}
