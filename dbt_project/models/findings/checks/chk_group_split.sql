-- Visits of four people or fewer, several on one day about the same kind of thing in the same place (C27): told apart
-- they are no collective visit (five people and more), together they would be one.
with visits as (
    select
        register_org_code as org_code,
        cast(registered_at as date) as asked_date,
        problem_region_code,
        category_code,
        cast(count(*) as bigint) as visit_count,
        cast(sum(person_count) as bigint) as people_count
    from {{ ref('fct_petitions') }}
    where
        channel_code = 'visit'
        and person_count between 2 and 4
        and problem_region_code is not null
        and category_code is not null
    group by register_org_code, cast(registered_at as date), problem_region_code, category_code
),

found as (
    select
        org_code,
        asked_date,
        problem_region_code || '|' || category_code || '|' || cast(asked_date as string) as subject_id,
        visit_count,
        cast(asked_date as string) || ' 同一属地、同一内容的来访分 ' || cast(visit_count as string)
        || ' 批登记，每批都不足五人，合计 ' || cast(people_count as string) || ' 人次，请核对是否一批。' as text_zh
    from visits
    where visit_count > 1
)

{{ asked('C27', 'petition_register', n='visit_count', statistic='visit_count') }}
