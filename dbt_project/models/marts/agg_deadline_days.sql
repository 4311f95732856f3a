{{ config(materialized='view') }}
-- On which day before or after its due day each step was done, by province: what bunching at a deadline is told from
-- (publication/statistics/bunching). Days are counted from the due day: -1 is the day before. Only counts.
with petitions as (
    select * from {{ ref('fct_petitions') }}
    where cast(registered_at as date) >= {{ checked_from() }}
),

steps as (
    select
        registration_id,
        register_region_code,
        'office' as clock_code,
        cast(forwarded_at as date) as done_date,
        office_due_date as due_date
    from petitions
    union all
    select
        registration_id,
        register_region_code,
        'unit' as clock_code,
        cast(unit_noticed_at as date) as done_date,
        unit_due_date as due_date
    from petitions
    union all
    select
        registration_id,
        register_region_code,
        'reply' as clock_code,
        cast(replied_at as date) as done_date,
        coalesce(effective_reply_due_date, reply_due_date) as due_date
    from petitions
),

days as (
    select
        registration_id,
        register_region_code,
        clock_code,
        {{ days_between('due_date', 'done_date') }} as day_no
    from steps
    where done_date is not null and due_date is not null
),

came_back as (
    select registration_id from {{ ref('fct_matter_items') }}
    where returned_at is not null
),

-- the petition office of each province is asked
provinces as (
    select
        closure.descendant_code as region_code,
        closure.ancestor_code as family_code,
        min(organisations.org_code) as org_code
    from {{ ref('dim_region_closure') }} as closure
    inner join {{ ref('dim_organisation') }} as organisations on closure.ancestor_code = organisations.region_code
    where organisations.level_code = 'province' and organisations.is_petition_office
    group by closure.descendant_code, closure.ancestor_code
),

final as (
    select
        provinces.family_code,
        provinces.org_code,
        days.clock_code,
        cast(days.day_no as integer) as day_no,
        cast(count(*) as bigint) as n,
        cast(count(came_back.registration_id) as bigint) as back_count
    from days
    inner join provinces on days.register_region_code = provinces.region_code
    left join came_back on days.registration_id = came_back.registration_id
    where days.day_no between -60 and 60
    group by provinces.family_code, provinces.org_code, days.clock_code, days.day_no
)

select * from final
