-- A document served before it was issued (C03), as the ledger of documents tells it.
with found as (
    select
        issuing_org_code as org_code,
        issued_date as asked_date,
        subject_id,
        '文书' || cast(issued_date as string) || '作出，却在' || cast(served_date as string)
        || '已送达，请核对两个日期。' as text_zh
    from {{ ref('fct_documents') }}
    where in_force_flag and served_date < issued_date
)

{{ asked('C03', 'documents') }}
