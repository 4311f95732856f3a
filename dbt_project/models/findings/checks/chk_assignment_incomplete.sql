-- A leader's case told as resolved without its due date, signature or verification, or signed before it began (C23).
with assignments as (
    select
        *,
        case when due_date is null then '、化解期限' else '' end
        || case when signed_off_date is null then '、签字之日' else '' end
        || case when verified_date is null then '、审核之日' else '' end as lacking_zh
    from {{ ref('fct_leader_assignments') }}
    where in_force_flag and result_code in ('resolved', 'satisfied')
),

found as (
    select
        told_by_office_code as org_code,
        coalesce(signed_off_date, started_date) as asked_date,
        assignment_id as subject_id,
        case
            when lacking_zh <> '' then '报为化解而没有报' || substr(lacking_zh, 2) || '，请补报。'
            else '签字之日早于包案开始之日，请核对。'
        end as text_zh
    from assignments
    where lacking_zh <> '' or signed_off_date < started_date
)

{{ asked('C23', 'leader_assignments') }}
