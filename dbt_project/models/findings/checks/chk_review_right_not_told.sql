-- An opinion that does not say that a review may be asked for (C25).
with found as (
    select
        issuing_org_code as org_code,
        issued_date as asked_date,
        subject_id,
        '处理意见书没有告知可以请求复查，请补充告知。' as text_zh
    from {{ ref('fct_documents') }}
    where in_force_flag and doc_type_code = 'opinion' and not review_right_flag
)

{{ asked('C25', 'documents') }}
