-- 信访人次: the persons that registrations were told with, copies left out. Person-times, never persons.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        {{ of_register() }},
        case
            when copy_flag then 'copy'
            when coalesce(person_count, 0) = 0 then 'person_count_not_told'
        end as excluded_because,
        person_count as weight,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from ({{ matter_items() }}) as items
)

{{ indicator('volume_persons', num='weight', den='weight') }}
