-- A village assessed as one without visits, of which visits were registered in the year assessed (C29). Of units it is
-- told where they lie and not which they are: they are not asked about.
with assessed as (
    select * from {{ ref('fct_creation_assessments') }}
    where
        in_force_flag
        and passed_flag
        and scheme_code = 'zero_village'
        and (revoked_date is null or revoked_date > {{ as_of_date() }})
),

petitions as (
    select
        problem_region_code,
        extract(year from registered_at) as registered_year,
        count(*) as petition_count
    from {{ ref('fct_petitions') }}
    where channel_code = 'visit'
    group by problem_region_code, extract(year from registered_at)
),

counted as (
    select
        assessed.subject_id,
        cast(sum(petitions.petition_count) as bigint) as petition_count
    from assessed
    inner join {{ ref('dim_region_closure') }} as closure on assessed.unit_region_code = closure.ancestor_code
    inner join petitions
        on
            closure.descendant_code = petitions.problem_region_code
            and assessed.assessed_year = petitions.registered_year
    group by assessed.subject_id
),

found as (
    select
        assessed.assessing_org_code as org_code,
        assessed.assessed_date as asked_date,
        assessed.subject_id,
        counted.petition_count,
        '评定为 ' || cast(assessed.assessed_year as string) || ' 年零上访，而登记中当年问题在此地的来访有 '
        || cast(counted.petition_count as string) || ' 件，请核对评定或者属地。' as text_zh
    from counted
    inner join assessed on counted.subject_id = assessed.subject_id
)

{{ asked('C29', 'creation_assessments', n='petition_count', statistic='petition_count') }}
