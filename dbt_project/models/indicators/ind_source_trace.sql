-- 初访溯源率: first demands, in the area of the problem, that were traced to their source by now.
with traces as (
    {{ first_day_of_registration('source_traces', 'traced_date') }}
),

subjects as (
    select
        items.registration_id as subject_id,
        cast(items.registered_at as date) as cohort_date,
        {{ of_problem_place('items') }},
        items.register_org_code as org_code,
        case
            when items.copy_flag then 'copy'
            when not items.first_in_nation_flag then 'later_item'
        end as excluded_because,
        coalesce(traces.first_date <= {{ as_of_date() }}, false) as numerator_flag,
        cast(traces.first_date as timestamp) as evidence_at,
        {{ when_reached('traces.first_date') }} as changes_at,
        {{ petition_cuts('items') }}
    from ({{ matter_items() }}) as items
    left join traces on items.registration_id = traces.registration_id
    where items.purpose_code = 'demand'
)

{{ indicator('source_trace') }}
