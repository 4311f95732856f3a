-- 信访量（件）: registrations, each counted once at the organ that registered it.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        register_region_code as region_code,
        register_org_code as org_code,
        cast(null as string) as excluded_because,
        true as numerator_flag,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('volume') }}
