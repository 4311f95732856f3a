-- Closed with an opinion that was not served, or more than some days later (C10).
with petitions as (
    select
        coalesce(responsible_org_code, register_org_code) as org_code,
        registration_id,
        cast(closed_at as date) as closed_date,
        cast(first_served_at as date) as served_date
    from {{ ref('fct_petitions') }}
    where closed_at is not null and opinion_issued_at is not null
),

found as (
    select
        org_code,
        closed_date as asked_date,
        registration_id as subject_id,
        cast(closed_date as string) || '办结，处理意见'
        || coalesce('到' || cast(served_date as string) || '才送达', '没有送达')
        || '，请补送或者说明。' as text_zh
    from petitions
    where
        {{ days_between('closed_date', 'coalesce(served_date, ' ~ as_of_date() ~ ')') }}
        > {{ threshold('served_within_days') }}
)

{{ asked('C10', 'handling_events') }}
