-- Visits of one matter by four people or fewer, several on one day (C27): told apart they are no collective visit (five
-- people and more), together they would be one. Those that the office tells as one (joint_item_no) are not asked about.
with visits as (
    select
        petitions.register_org_code as org_code,
        cast(petitions.registered_at as date) as asked_date,
        items.linked_matter_id,
        cast(count(*) as bigint) as visit_count,
        cast(sum(petitions.person_count) as bigint) as people_count
    from {{ ref('fct_petitions') }} as petitions
    inner join {{ ref('fct_matter_items') }} as items on petitions.registration_id = items.registration_id
    where
        petitions.channel_code = 'visit'
        and petitions.person_count between 1 and 4
        and petitions.joint_item_no is null
        and not items.copy_flag
    group by petitions.register_org_code, cast(petitions.registered_at as date), items.linked_matter_id
),

found as (
    select
        org_code,
        asked_date,
        linked_matter_id || '|' || cast(asked_date as string) as subject_id,
        visit_count,
        cast(asked_date as string) || ' 同一事项的来访分 ' || cast(visit_count as string)
        || ' 批登记，每批都不足五人，合计 ' || cast(people_count as string) || ' 人次，请核对是否一批。' as text_zh
    from visits
    where visit_count > 1 and people_count >= 5
)

{{ asked('C27', 'petition_register', n='visit_count', statistic='visit_count') }}
