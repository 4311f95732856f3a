-- Relief paid without a record of eligibility within days of an agreement to end the petition, and relief paid
-- again and again of a matter that came back all the same (C22). Asked of the paying office; nobody who was paid
-- is known here.
with payments as (
    select * from {{ ref('fct_relief_payments') }}
    where in_force_flag and paid_date is not null
),

agreed as (
    select
        matter_id,
        issued_date as agreed_date
    from {{ ref('fct_documents') }}
    where in_force_flag and doc_type_code = 'agreement' and sign_code = 'signed' and matter_id is not null
    union
    select
        matter_id,
        agreed_date
    from {{ ref('fct_mediation_linkages') }}
    where in_force_flag and agreed_date is not null and matter_id is not null
),

agreements as (
    select
        matter_id,
        agreed_date,
        {{ add_days('agreed_date', '-' ~ threshold('relief_near_days')) }} as near_from_date,
        {{ add_days('agreed_date', threshold('relief_near_days')) }} as near_to_date
    from agreed
),

near as (
    select
        payments.subject_id,
        min(agreements.agreed_date) as agreed_date
    from payments
    inner join agreements
        on
            payments.matter_id = agreements.matter_id
            and payments.paid_date between agreements.near_from_date and agreements.near_to_date
    where not coalesce(payments.eligibility_flag, false)
    group by payments.subject_id
),

again as (
    select
        payments.matter_id,
        payments.paying_org_code,
        max(payments.paid_date) as paid_date,
        max(cases.backflow_date) as backflow_date,
        cast(count(distinct payments.subject_id) as bigint) as payment_count
    from payments
    inner join {{ ref('fct_cases') }} as cases on payments.matter_id = cases.matter_id
    group by payments.matter_id, payments.paying_org_code
    having count(distinct payments.subject_id) > 1 and max(cases.backflow_date) > max(payments.paid_date)
),

found as (
    select
        payments.paying_org_code as org_code,
        payments.paid_date as asked_date,
        payments.subject_id,
        cast(1 as bigint) as payment_count,
        '救助金于 ' || cast(payments.paid_date as string) || ' 支付，与 ' || cast(near.agreed_date as string)
        || ' 签的调解协议前后相近，而没有报符合救助条件，请核对审批。' as text_zh
    from near
    inner join payments on near.subject_id = payments.subject_id
    union all
    select
        paying_org_code as org_code,
        paid_date as asked_date,
        'again|' || matter_id as subject_id,
        payment_count,
        '同一事项先后支付救助 ' || cast(payment_count as string) || ' 次，其后于 ' || cast(backflow_date as string)
        || ' 又回流，请说明救助的依据和效果。' as text_zh
    from again
)

{{ asked('C22', 'relief_payments', statistic='payment_count') }}
