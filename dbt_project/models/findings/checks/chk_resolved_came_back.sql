-- A case still told as resolved that came back after it passed its audit (C20): a rate is net of what came back.
with found as (
    select
        responsible_org_code as org_code,
        backflow_date as asked_date,
        case_id as subject_id,
        backflow_count,
        cast(backflow_date as string) || '又再次信访，台账仍报为化解，请核对状态。' as text_zh
    from {{ ref('fct_cases') }}
    where status_code = 'resolved' and backflow_date >= coalesce(audited_date, reported_date)
)

{{ asked('C20', 'backlog_cases', statistic='backflow_count') }}
