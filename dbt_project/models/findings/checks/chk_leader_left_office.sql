-- A leader who took a case on outside the term of the office held (D06): before it began or after it ended.
with terms as (
    select * from {{ ref('fct_leader_terms') }}
    where in_force_flag
),

assignments as (
    select * from {{ ref('fct_leader_assignments') }}
    where in_force_flag and leader_office_no is not null
),

covered as (
    select
        assignments.assignment_id,
        max(case
            when
                assignments.started_date >= terms.began_date
                and (terms.left_date is null or assignments.started_date <= terms.left_date)
                then 1
            else 0
        end) as within_term,
        max(terms.left_date) as left_date
    from assignments
    inner join terms
        on
            assignments.leader_office_no = terms.leader_office_no
            and assignments.told_by_office_code = terms.told_by_office_code
    group by assignments.assignment_id
),

found as (
    select
        coalesce(assignments.lead_org_code, assignments.told_by_office_code) as org_code,
        assignments.started_date as asked_date,
        assignments.assignment_id as subject_id,
        '包案自' || cast(assignments.started_date as string) || '开始，不在该职务的任期之内'
        || coalesce('（' || cast(covered.left_date as string) || '离任）', '') || '，请核对或者改派。' as text_zh
    from covered
    inner join assignments on covered.assignment_id = assignments.assignment_id
    where covered.within_term = 0
)

{{ asked('D06', 'leader_assignments') }}
