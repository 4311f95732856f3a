-- 及时受理率（责任单位）: written notice within 15 days of the unit's own receipt (art. 23).
with subjects as (
    select
        registration_id as subject_id,
        coalesce(unit_due_date, cast(registered_at as date)) as cohort_date,
        receiving_region_code as region_code,
        receiving_org_code as org_code,
        case
            -- one made too late takes nothing out, though it was consented to
            when
                objection_consented_at is not null
                and coalesce(cast(unit_objected_at as date) <= objection_due_date, true)
                then 'objection_consented'
            when unit_due_date is null then 'no_due_date'
            when unit_due_date > {{ as_of_date() }} then 'not_yet_due'
        end as excluded_because,
        coalesce(cast(unit_noticed_at as date) <= unit_due_date, false) as numerator_flag,
        unit_noticed_at as evidence_at,
        {{ when_reached('unit_due_date') }} as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
    where unit_received_at is not null
)

{{ indicator('timely_accept_unit') }}
