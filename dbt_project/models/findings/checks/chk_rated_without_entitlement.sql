-- A rating of what was told as not open to rating (D09).
with found as (
    select
        petitions.responsible_org_code as org_code,
        {{ month_start('evaluations.evaluated_at') }} as asked_date,
        evaluations.registration_id as subject_id,
        evaluations.registration_id,
        '标明不可评价，却有' || cast(count(*) as string) || '次评价，请核对是否可以评价。' as text_zh
    from {{ ref('fct_evaluations') }} as evaluations
    inner join {{ ref('fct_petitions') }} as petitions on evaluations.registration_id = petitions.registration_id
    where not evaluations.entitled_flag and evaluations.evaluated_at is not null
    group by petitions.responsible_org_code, {{ month_start('evaluations.evaluated_at') }}, evaluations.registration_id
)

{{ asked('D09', 'evaluations', of_registration=true) }}
