-- 重复信访件占比: of the items whose register says whether they are first, those that are not.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        {{ of_register() }},
        case when first_flag is null then 'flag_not_told' end as excluded_because,
        coalesce(not first_flag, false) as numerator_flag,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('repeat_share') }}
