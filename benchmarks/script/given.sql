-- What the floor takes for granted: small reference tables. Variables: the paths of the seeds;
-- frames `regions`, `organisations_told`, `deadline_rules_told`, the home's reference data.
create table organisations as
select org_code, region_code, level_code, is_petition_office = 'true' as is_petition_office
from organisations_told;

create table closure as
with recursive lines as (
    select region_code as descendant_code, region_code as ancestor_code, 0 as distance from regions
    union all
    select lines.descendant_code, regions.parent_code, lines.distance + 1
    from lines
    inner join regions on lines.ancestor_code = regions.region_code
    where regions.parent_code <> ''
)

from lines;

create table deadline_rules as
select
    clock_code, level_code, regime_code, cast(day_count as int) as day_count, cast(valid_from as date) as valid_from,
    coalesce(cast(nullif(valid_to, '') as date), date '9999-12-31') as valid_to
from deadline_rules_told
where valid_from <> '' and procedure_code = '';

create table calendar as
with days as (
    select
        cast(day as date) as calendar_date,
        coalesce(exceptions.is_working_day, isodow(day) < 6) as is_working_day
    from range(date '2000-01-01', date '2041-01-01', interval 1 day) as days (day)
    left join read_csv(getvariable('calendar_exception_file')) as exceptions on exceptions.calendar_date = day
)

select
    calendar_date,
    min(case when is_working_day then calendar_date end) over (
        order by calendar_date rows between current row and 30 following
    ) as next_working_date,
    sum(is_working_day::int) over (order by calendar_date) as working_day_no,
    is_working_day
from days;
