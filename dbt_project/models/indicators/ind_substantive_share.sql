-- 实体化解占比: of the registrations closed whose kind of closing was told, those resolved, mediated or agreed.
with subjects as (
    select
        registration_id as subject_id,
        cast(closed_at as date) as cohort_date,
        {{ of_responsible() }},
        case
            when cast(closed_at as date) > {{ as_of_date() }} then 'not_yet_begun'
            when coalesce(closure_kind_code, 'unmapped') = 'unmapped' then 'closure_kind_not_told'
        end as excluded_because,
        coalesce(closure_kind_code in ('substantive', 'mediated', 'agreement'), false) as numerator_flag,
        closed_at as evidence_at,
        {{ when_reached('closed_at') }} as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
    where closed_at is not null
)

{{ indicator('substantive_share') }}
