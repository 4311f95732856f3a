-- 求决类初次信访: demands that no linked registration anywhere came before.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        {{ of_register() }},
        case
            when copy_flag then 'copy'
            when not first_in_nation_flag then 'later_item'
        end as excluded_because,
        true as numerator_flag,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from ({{ matter_items() }}) as items
    where purpose_code = 'demand'
)

{{ indicator('first_demand', 'recomputed') }}
