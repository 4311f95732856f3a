-- 信访量（按问题属地）: registrations, each in the region where its problem is, whoever registered it.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        {{ of_problem_place() }},
        register_org_code as org_code,
        cast(null as string) as excluded_because,
        true as numerator_flag,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('volume', 'by_problem_place') }}
