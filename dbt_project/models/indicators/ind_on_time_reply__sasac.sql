-- 按期办结率（某市国资委口径）: of what was closed, what was closed by the due instant as it now stands.
with subjects as (
    select
        registration_id as subject_id,
        cast(closed_at as date) as cohort_date,
        {{ of_responsible() }},
        case when due_at is null then 'no_due_date' end as excluded_because,
        coalesce(closed_at <= due_at, false) as numerator_flag,
        closed_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
    where cast(closed_at as date) <= {{ as_of_date() }}
)

{{ indicator('on_time_reply', 'sasac') }}
