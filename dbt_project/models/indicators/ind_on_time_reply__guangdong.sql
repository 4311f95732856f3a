-- 按期答复率（广东口径）: closed by the due instant as it now stands; what is not yet due is in the denominator.
with subjects as (
    select
        registration_id as subject_id,
        cast(coalesce(due_at, registered_at) as date) as cohort_date,
        {{ of_responsible() }},
        case when due_at is null then 'no_due_date' end as excluded_because,
        coalesce(closed_at <= due_at and closed_at <= {{ as_of() }}, false) as numerator_flag,
        closed_at as evidence_at,
        case when closed_at > {{ as_of() }} then closed_at end as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('on_time_reply', 'guangdong') }}
