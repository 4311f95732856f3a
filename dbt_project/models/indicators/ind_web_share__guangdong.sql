-- 网信占比（广东口径）: of the items of petition offices of provinces, cities and counties, those by the web.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        {{ of_register() }},
        case
            when not petition_office_flag then 'not_petition_office'
            when coalesce(register_level_code, 'unknown') not in ('province', 'prefecture', 'county') then 'other_level'
        end as excluded_because,
        coalesce(channel_code = 'web', false) as numerator_flag,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('web_share', 'guangdong') }}
