-- Rated dissatisfied, then rated again as better (C16): that a bad rating alone is opened again is to be explained.
with ratings as (
    select * from {{ ref('fct_evaluations') }}
    where rating_code is not null and evaluated_at is not null
),

turned as (
    select
        later.registration_id,
        later.target_code,
        cast(max(later.evaluated_at) as date) as asked_date,
        cast(count(distinct later.attempt_no) as bigint) as turned_count
    from ratings as later
    inner join ratings as earlier
        on
            later.registration_id = earlier.registration_id
            and later.target_code = earlier.target_code
            and later.attempt_no > earlier.attempt_no
    where earlier.rating_code = 'dissatisfied' and later.rating_code in ('satisfied', 'basically_satisfied')
    group by later.registration_id, later.target_code
),

found as (
    select
        case turned.target_code
            when 'office' then petitions.register_org_code else petitions.responsible_org_code
        end as org_code,
        turned.asked_date,
        turned.registration_id || '|' || turned.target_code as subject_id,
        turned.registration_id,
        turned.turned_count,
        '先评不满意，其后又评为满意或者基本满意，请说明为何再评、其间做了什么。' as text_zh
    from turned
    inner join {{ ref('fct_petitions') }} as petitions on turned.registration_id = petitions.registration_id
)

{{ asked('C16', 'evaluations', statistic='turned_count', of_registration=true) }}
