{{ config(materialized='view') }}
-- On which day up to its due day each step was done, by province: what bunching at a deadline is told from
-- (publication/statistics/bunching). Days are counted from the due day: -1 is the day before. Only counts.
with petitions as (
    select * from {{ ref('fct_petitions') }}
    where cast(registered_at as date) >= {{ checked_from() }}
),

steps as (
    {{ steps_done('petitions') }}
),

days as (
    select
        steps.registration_id,
        petitions.register_region_code,
        steps.clock_code,
        {{ days_between('steps.due_date', 'steps.done_date') }} as day_no
    from steps
    inner join petitions on steps.registration_id = petitions.registration_id
    where steps.due_date is not null
),

came_back as (
    select registration_id from {{ ref('fct_matter_items') }}
    where returned_at is not null
),

-- the petition office of each province is asked
provinces as (
    {{ offices_of_provinces() }}
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
    where days.day_no <= 0
    group by provinces.family_code, provinces.org_code, days.clock_code, days.day_no
)

select * from final
