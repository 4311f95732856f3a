-- Closed as resolved in substance on an opinion that supports the demand, whose performance is overdue (C12).
with opinions as (
    select * from {{ ref('fct_documents') }}
    where
        in_force_flag
        and doc_type_code = 'opinion'
        and verdict_code = 'support'
        and executed_date is null
        and execution_due_date < {{ as_of_date() }}
),

found as (
    select
        opinions.issuing_org_code as org_code,
        opinions.execution_due_date as asked_date,
        opinions.subject_id,
        '报为实体化解，而支持诉求的意见应于 ' || cast(opinions.execution_due_date as string)
        || ' 前履行，没有报履行的日期，请核对。' as text_zh
    from opinions
    inner join {{ ref('fct_petitions') }} as petitions
        on opinions.register_org_code = petitions.register_org_code and opinions.item_no = petitions.item_no
    where petitions.closure_kind_code = 'substantive'
)

{{ asked('C12', 'documents') }}
