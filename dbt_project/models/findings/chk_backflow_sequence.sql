-- A case whose number of backflows jumped (D05): a fourth without the third. Each telling is a version.
with versions as (
    select
        case_id,
        office_code,
        responsible_org_code,
        backflow_count,
        backflow_date,
        valid_to_sequence,
        lag(backflow_count) over (partition by office_code, case_id order by valid_from_sequence, version_no)
            as count_before
    from {{ ref('int_backlog_cases_versions') }}
),

jumps as (
    select
        case_id,
        max(responsible_org_code) as org_code,
        max(backflow_date) as asked_date,
        max(backflow_count) as backflow_count,
        max(coalesce(count_before, 0)) as count_before
    from versions
    where backflow_count > coalesce(count_before, 0) + 1
    group by case_id
),

found as (
    select
        org_code,
        asked_date,
        case_id as subject_id,
        backflow_count,
        '报了第' || cast(backflow_count as string) || '次回流，此前只报到第' || cast(count_before as string)
        || '次，请补报其间各次的日期。' as text_zh
    from jumps
)

{{ asked('D05', 'backlog_cases', statistic='backflow_count') }}
