-- A case that came back a third time and that no leader of the province took on within some days (C24).
with escalated as (
    select
        case_id,
        min(started_date) as started_date
    from {{ ref('fct_leader_assignments') }}
    where in_force_flag and leader_level_code = 'province'
    group by case_id
),

found as (
    select
        cases.responsible_org_code as org_code,
        cases.backflow_date as asked_date,
        cases.case_id as subject_id,
        cases.backflow_count,
        cast(cases.backflow_date as string) || '第' || cast(cases.backflow_count as string) || '次回流，'
        || coalesce('到' || cast(escalated.started_date as string) || '才', '没有') || '由省级领导包案，请说明。' as text_zh
    from {{ ref('fct_cases') }} as cases
    left join escalated on cases.case_id = escalated.case_id
    where
        cases.backflow_count >= 3
        and {{ days_between('cases.backflow_date', 'coalesce(escalated.started_date, ' ~ as_of_date() ~ ')') }}
        > {{ threshold('escalated_within_days') }}
)

{{ asked('C24', 'backlog_cases', statistic='backflow_count') }}
