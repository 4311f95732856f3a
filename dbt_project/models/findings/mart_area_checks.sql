{{ config(materialized='table') }}
-- What is known of an area's ledgers in a month and in a year: how many pairs of levels were compared and how
-- many cases of them nothing explains; how many returns were due and how many are owed. An organ answers for
-- itself, for its region and for the regions above.
with organs as (
    select * from {{ ref('dim_organisation') }}
),

areas as (
    select
        org_code,
        'org' as area_kind_code,
        org_code as area_code
    from organs
    union all
    select
        organs.org_code,
        'region' as area_kind_code,
        closure.ancestor_code as area_code
    from organs
    inner join {{ ref('dim_region_closure') }} as closure on organs.region_code = closure.descendant_code
),

asked as (
    select
        'reconciliation' as family_code,
        'petition_register' as ledger,
        lower_org_code as org_code,
        month_start_date as asked_date,
        unexplained_case_count as failed_count,
        cast(0 as bigint) as late_count
    from {{ ref('mart_reconciliation') }}
    union all
    select
        'timing' as family_code,
        ledger,
        org_code,
        period_end_date as asked_date,
        cast(case when status_code = 'owed' then 1 else 0 end as bigint) as failed_count,
        cast(case when status_code = 'late' then 1 else 0 end as bigint) as late_count
    from {{ ref('fct_expected_returns') }}
    where status_code in ('on_time', 'late', 'owed')
),

periods as (
    select
        *,
        substr(cast(asked_date as string), 1, 7) as period
    from asked
    union all
    select
        *,
        substr(cast(asked_date as string), 1, 4) as period
    from asked
),

final as (
    select
        periods.family_code,
        areas.area_kind_code,
        areas.area_code,
        periods.period,
        periods.ledger,
        cast(count(*) as bigint) as asked_count,
        cast(sum(periods.failed_count) as bigint) as failed_count,
        cast(sum(periods.late_count) as bigint) as late_count
    from periods
    inner join areas on periods.org_code = areas.org_code
    group by periods.family_code, areas.area_kind_code, areas.area_code, periods.period, periods.ledger
)

select * from final
