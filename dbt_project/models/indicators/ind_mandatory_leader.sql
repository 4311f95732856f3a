-- 应包尽包率: matters that must have a leader (repeated, instructed on, or listed) of which a leader took a case by now.
with called as (
    select
        matter_id,
        instructed_date as called_date
    from {{ ref('fct_leader_instructions') }}
    where in_force_flag
    union all
    select
        matter_id,
        listed_date as called_date
    from {{ ref('fct_listed_supervision') }}
    where in_force_flag
),

first_called as (
    select
        matter_id,
        min(called_date) as called_date
    from called
    where matter_id is not null
    group by matter_id
),

led as (
    select
        cases.matter_id,
        min(assignments.started_date) as led_date
    from {{ ref('fct_cases') }} as cases
    inner join {{ ref('fct_leader_assignments') }} as assignments on cases.case_id = assignments.case_id
    where assignments.in_force_flag and cases.matter_id is not null
    group by cases.matter_id
),

subjects as (
    select
        items.registration_id as subject_id,
        cast(items.registered_at as date) as cohort_date,
        items.register_region_code as region_code,
        items.register_org_code as org_code,
        case
            when items.registration_count = 1 and first_called.called_date > {{ as_of_date() }} then 'not_yet_begun'
            when items.matter_id is null then 'matter_not_told'
        end as excluded_because,
        coalesce(led.led_date <= {{ as_of_date() }}, false) as numerator_flag,
        coalesce(cast(led.led_date as timestamp), items.registered_at) as evidence_at,
        least({{ when_reached('first_called.called_date') }}, {{ when_reached('led.led_date') }}) as changes_at,
        {{ petition_cuts('items') }}
    from ({{ matter_items() }}) as items
    left join first_called on items.matter_id = first_called.matter_id
    left join led on items.matter_id = led.matter_id
    where
        items.first_in_nation_flag and not items.copy_flag
        and (items.registration_count > 1 or first_called.called_date is not null)
)

{{ indicator('mandatory_leader') }}
