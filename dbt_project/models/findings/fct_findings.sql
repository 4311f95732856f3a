{{ config(materialized='table') }}
-- Every finding of every check, under one contract. Findings ask; they do not accuse. What a check weighs and how
-- many it asks of at least is a rule (checks.csv), the home's over the shipped.
with united as (
    select * from {{ ref('int_found') }}
    {{ worked_out_once() }}
),

checks as (
    select
        check_code,
        cast(level as integer) as level,
        severity_code,
        cast(minimum_n as bigint) as minimum_n
    from {{ source('raw', 'ref_checks') }}
    where severity_code <> 'off'
),

organisations as (
    select * from {{ ref('dim_organisation') }}
),

-- a waiver is a row with a name, a reason and an expiry; an empty month or subject means any
waivers as (
    select
        check_code,
        org_code,
        cast(nullif(month_start_date, '') as date) as month_start_date,
        nullif(subject_id, '') as subject_id,
        max(cast(valid_to as date)) as waived_to_date
    from {{ source('raw', 'ref_waivers') }}
    where cast(valid_to as date) >= {{ as_of_date() }}
    group by check_code, org_code, cast(nullif(month_start_date, '') as date), nullif(subject_id, '')
),

waived as (
    select
        united.check_code,
        united.org_code,
        united.month_start_date,
        united.subject_id,
        max(waivers.waived_to_date) as waived_to_date
    from united
    inner join waivers
        on
            united.check_code = waivers.check_code
            and united.org_code = waivers.org_code
            and coalesce(waivers.month_start_date, united.month_start_date) = united.month_start_date
            and coalesce(waivers.subject_id, united.subject_id) = united.subject_id
    group by united.check_code, united.org_code, united.month_start_date, united.subject_id
),

-- a reason that the office that is asked has given, until it ends; it changes no figure and lifts no hold
explained as (
    select
        united.check_code,
        united.org_code,
        united.month_start_date,
        united.subject_id,
        max(explanations.valid_to_date) as explained_to_date,
        max(explanations.explanation_code) as explanation_code
    from united
    inner join {{ ref('fct_explanations') }} as explanations
        on
            united.check_code = explanations.check_code
            and united.org_code = explanations.explaining_org_code
            -- the same subject is not asked again in later months, all of a month are of that month
            and case
                when united.subject_id = explanations.finding_subject
                    then united.month_start_date >= {{ month_start('explanations.finding_month_date') }}
                else
                    explanations.finding_subject = '全部'
                    and united.month_start_date = {{ month_start('explanations.finding_month_date') }}
            end
    where explanations.in_force_flag and explanations.valid_to_date >= {{ as_of_date() }}
    group by united.check_code, united.org_code, united.month_start_date, united.subject_id
),

final as (
    select
        united.check_code,
        checks.level,
        checks.severity_code,
        united.ledger,
        united.org_code,
        organisations.region_code,
        united.month_start_date,
        united.subject_id,
        united.n,
        united.statistic,
        united.p_value,
        united.text_zh,
        waived.waived_to_date,
        explained.explained_to_date,
        explained.explanation_code
    from united
    inner join checks
        on united.check_code = checks.check_code and coalesce(united.n, checks.minimum_n) >= checks.minimum_n
    left join organisations on united.org_code = organisations.org_code
    left join waived
        on
            united.check_code = waived.check_code
            and united.org_code = waived.org_code
            and united.month_start_date = waived.month_start_date
            and united.subject_id = waived.subject_id
    left join explained
        on
            united.check_code = explained.check_code
            and united.org_code = explained.org_code
            and united.month_start_date = explained.month_start_date
            and united.subject_id = explained.subject_id
)

select * from final
