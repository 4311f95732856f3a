-- 信访量（按信访日期）: as volume, in the month in which the petitioner turned to the office.
with subjects as (
    select
        registration_id as subject_id,
        coalesce(petition_date, cast(registered_at as date)) as cohort_date,
        {{ of_register() }},
        cast(null as string) as excluded_because,
        true as numerator_flag,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('volume', 'by_petition_date') }}
