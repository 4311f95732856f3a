-- 待认定的关联: matters that would be one with another, were their candidate links confirmed.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        {{ of_register() }},
        case when not first_in_nation_flag or copy_flag then 'later_item' end as excluded_because,
        true as numerator_flag,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from ({{ matter_items() }}) as items
    where candidate_flag
)

{{ indicator('pending_links') }}
