-- A case whose number of backflows jumped (D05): a fourth without the third. What is in force is asked about,
-- beside the highest number that the same office told before.
with versions as (
    select * from {{ ref('int_backlog_cases_versions') }}
),

now_told as (
    select * from versions
    where valid_to_sequence is null and backflow_count is not null
),

told_before as (
    select
        now_told.office_code,
        now_told.case_id,
        max(coalesce(versions.backflow_count, 0)) as count_before
    from now_told
    inner join versions
        on
            now_told.office_code = versions.office_code
            and now_told.case_id = versions.case_id
            and now_told.version_no > versions.version_no
            and now_told.backflow_count > coalesce(versions.backflow_count, 0)
    group by now_told.office_code, now_told.case_id
),

found as (
    select
        now_told.responsible_org_code as org_code,
        now_told.backflow_date as asked_date,
        now_told.case_id as subject_id,
        now_told.backflow_count,
        '报了第' || cast(now_told.backflow_count as string) || '次回流，此前只报到第'
        || cast(coalesce(told_before.count_before, 0) as string) || '次，请补报其间各次的日期。' as text_zh
    from now_told
    left join told_before
        on now_told.office_code = told_before.office_code and now_told.case_id = told_before.case_id
    inner join {{ ref('fct_cases') }} as cases
        on now_told.case_id = cases.case_id and now_told.office_code = cases.told_by_office_code
    where now_told.backflow_count > coalesce(told_before.count_before, 0) + 1
)

{{ asked('D05', 'backlog_cases', statistic='backflow_count') }}
