-- An opinion served before it was issued (C03): the order of events contradicts the procedure.
with found as (
    select
        coalesce(responsible_org_code, register_org_code) as org_code,
        cast(opinion_issued_at as date) as asked_date,
        registration_id as subject_id,
        registration_id,
        '处理意见' || cast(cast(opinion_issued_at as date) as string) || '作出，却在'
        || cast(cast(first_served_at as date) as string) || '已送达，请核对两个日期。' as text_zh
    from {{ ref('fct_petitions') }}
    where cast(first_served_at as date) < cast(opinion_issued_at as date)
)

{{ asked('C03', 'handling_events', of_registration=true) }}
