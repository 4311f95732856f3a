-- A leader's case told as resolved that the ledger of cases tells as stabilised or closed unresolved (C12).
with found as (
    select
        assignments.told_by_office_code as org_code,
        coalesce(assignments.signed_off_date, assignments.started_date) as asked_date,
        assignments.assignment_id as subject_id,
        '包案报为化解，积案台账报为'
        || case cases.status_code when 'stabilised' then '稳控' else '办结而未化解' end
        || '；稳控不是化解，请核对两本台账。' as text_zh
    from {{ ref('fct_leader_assignments') }} as assignments
    inner join {{ ref('fct_cases') }} as cases on assignments.case_id = cases.case_id
    where
        assignments.in_force_flag
        and assignments.result_code in ('resolved', 'satisfied')
        and cases.status_code in ('stabilised', 'closed_unresolved')
)

{{ asked('C12', 'leader_assignments') }}
