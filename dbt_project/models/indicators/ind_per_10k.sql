-- 万人信访量: registrations by where the problem is; the population of the area is joined to the sums.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        {{ of_problem_place() }},
        register_org_code as org_code,
        case
            when coalesce(problem_region_code, 'unmapped:') like 'unmapped:%' then 'problem_region_not_told'
        end as excluded_because,
        true as numerator_flag,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('per_10k') }}
