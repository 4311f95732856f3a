-- 到期办结率: of the registrations due by as_of, those closed by then.
with subjects as (
    select
        registration_id as subject_id,
        coalesce(closing_due_date, cast(registered_at as date)) as cohort_date,
        responsible_region_code as region_code,
        responsible_org_code as org_code,
        case
            when closing_due_date is null then 'no_due_date'
            when closing_due_date > {{ as_of_date() }} then 'not_yet_due'
        end as excluded_because,
        coalesce(closed_at <= {{ as_of() }}, false) as numerator_flag,
        closed_at as evidence_at,
        coalesce(
            {{ when_reached('closing_due_date') }}, case when closed_at > {{ as_of() }} then closed_at end
        ) as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('due_closure') }}
