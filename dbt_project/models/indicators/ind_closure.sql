-- 办结率: of the items registered in a month, those closed by as_of.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        {{ of_responsible() }},
        cast(null as string) as excluded_because,
        coalesce(closed_at <= {{ as_of() }}, false) as numerator_flag,
        closed_at as evidence_at,
        case when closed_at > {{ as_of() }} then closed_at end as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('closure') }}
