{{ config(materialized='view') }}
-- What the statistical checks test: of so many of an office's cases in a month, how many are of a kind that recording
-- can bring about, and how many of these and of the rest came back later. Only counts, of offices, which are compared
-- with those of their level and kind in their province.
-- Tested by publication/statistics, which gives back raw.check_shares.
with cases as (
    select * from {{ ref('int_checked_cases') }}
),

came_back as (
    select registration_id from {{ ref('fct_matter_items') }}
    where returned_at is not null
),

provinces as (
    select
        closure.descendant_code as region_code,
        min(closure.ancestor_code) as province_code
    from {{ ref('dim_region_closure') }} as closure
    inner join {{ ref('dim_region') }} as regions on closure.ancestor_code = regions.region_code
    where regions.level_code = 'province'
    group by closure.descendant_code
),

organisations as (
    select
        organisations.org_code,
        coalesce(provinces.province_code, 'none') as family_code,
        organisations.level_code
        || case when organisations.is_petition_office then '|petition_office' else '|other' end as peer_code
    from {{ ref('dim_organisation') }} as organisations
    left join provinces on organisations.region_code = provinces.region_code
),

final as (
    select
        cases.check_code,
        organisations.family_code,
        organisations.peer_code,
        cases.org_code,
        cases.month_start_date,
        cast(count(*) as bigint) as n,
        cast(sum(case when cases.asked_flag then 1 else 0 end) as bigint) as asked_count,
        cast(sum(case when cases.asked_flag and came_back.registration_id is not null then 1 else 0 end) as bigint)
            as asked_back_count,
        cast(sum(case when not cases.asked_flag and came_back.registration_id is not null then 1 else 0 end) as bigint)
            as rest_back_count
    from cases
    left join came_back on cases.registration_id = came_back.registration_id
    inner join organisations on cases.org_code = organisations.org_code
    where cases.asked_flag is not null and cases.month_start_date <= {{ as_of_date() }}
    group by
        cases.check_code, organisations.family_code, organisations.peer_code, cases.org_code, cases.month_start_date
)

select * from final
