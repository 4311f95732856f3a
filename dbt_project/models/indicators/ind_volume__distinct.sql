-- 去重件: registrations, each once at the organ that registered it first.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        {{ of_register() }},
        case when copy_flag then 'copy' end as excluded_because,
        true as numerator_flag,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from ({{ matter_items() }}) as items
)

{{ indicator('volume', 'distinct') }}
