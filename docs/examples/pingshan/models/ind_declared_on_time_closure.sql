-- 按期结办率（来源系统标注）: of the items with a declared outcome, those declared on time.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        problem_region_code as region_code,
        unit_org_code as org_code,
        case
            when declared_timeliness_code is null then 'no_declared_outcome'
            when declared_timeliness_code = 'in_progress' then 'in_progress'
        end as excluded_because,
        coalesce(declared_timeliness_code = 'on_time', false) as numerator_flag,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('declared_on_time_closure') }}
