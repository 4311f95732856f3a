-- One registration answered by more opinions than it has demands (C17): each would count as an answer of its own.
with opinions as (
    select
        register_org_code,
        item_no,
        max(issued_date) as issued_date,
        cast(count(distinct issuing_org_code || '|' || document_no) as bigint) as opinion_count
    from {{ ref('fct_documents') }}
    where in_force_flag and doc_type_code = 'opinion'
    group by register_org_code, item_no
),

found as (
    select
        coalesce(petitions.responsible_org_code, petitions.register_org_code) as org_code,
        opinions.issued_date as asked_date,
        petitions.registration_id as subject_id,
        opinions.opinion_count,
        '一件登记有 ' || cast(opinions.opinion_count as string) || ' 份处理意见书，诉求为 '
        || cast(coalesce(petitions.demand_count, 1) as string) || ' 项，请核对哪一份有效，是否重复计数。' as text_zh
    from opinions
    inner join {{ ref('fct_petitions') }} as petitions
        on opinions.register_org_code = petitions.register_org_code and opinions.item_no = petitions.item_no
    where opinions.opinion_count > coalesce(petitions.demand_count, 1)
)

{{ asked('C17', 'documents', statistic='opinion_count') }}
