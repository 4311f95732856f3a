{{ config(materialized='view') }}
-- What is open and falls due within a week, or is overdue, by organ and clock: counts only. Asked of the day after
-- as_of: what was due by as_of and is open is overdue. Petitions by item, returns of ledgers by period.
with petitions as (
    select * from {{ ref('fct_petitions') }}
    where closed_at is null
),

returns as (
    select * from {{ ref('fct_expected_returns') }}
    where status_code in ('owed', 'not_yet_due')
),

organisations as (
    select * from {{ ref('dim_organisation') }}
),

open_items as (
    select
        'office_forward' as clock_code,
        register_org_code as org_code,
        office_due_date as due_date
    from petitions
    where petition_office_flag and handling_told_flag and forwarded_at is null and filed_at is null
    union all
    select
        'unit_notice' as clock_code,
        receiving_org_code as org_code,
        unit_due_date as due_date
    from petitions
    where unit_received_at is not null and unit_noticed_at is null and objection_consented_at is null
    union all
    select
        'closing' as clock_code,
        accepting_org_code as org_code,
        effective_reply_due_date as due_date
    from petitions
    where accepted_at is not null and opinion_served_at is null
    union all
    select
        'expected_return' as clock_code,
        org_code,
        due_date
    from returns
),

placed as (
    select
        org_code,
        clock_code,
        case when due_date > {{ as_of_date() }} then 'due' else 'overdue' end as state_code,
        due_date
    from open_items
    where org_code not like 'unmapped:%' and due_date <= {{ add_days(as_of_date(), 7) }}
),

counted as (
    select
        org_code,
        clock_code,
        state_code,
        case when state_code = 'due' then due_date end as due_date,
        min(due_date) as first_due_date,
        cast(count(*) as bigint) as open_count
    from placed
    group by org_code, clock_code, state_code, case when state_code = 'due' then due_date end
),

final as (
    select
        counted.org_code,
        organisations.org_name,
        organisations.region_code as org_region_code,
        counted.clock_code,
        counted.state_code,
        counted.due_date,
        counted.first_due_date,
        counted.open_count
    from counted
    left join organisations on counted.org_code = organisations.org_code
)

select * from final
