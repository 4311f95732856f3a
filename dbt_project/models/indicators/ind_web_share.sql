-- 网信占比: of the items whose channel is known, those that came by the web.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        {{ of_register() }},
        case when coalesce(channel_code, 'unmapped') = 'unmapped' then 'channel_not_told' end as excluded_because,
        coalesce(channel_code = 'web', false) as numerator_flag,
        registered_at as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('web_share') }}
