-- A world of petitions of any size, by draws that depend on the seed and the row's number alone.
-- Reads `counties` (one row a county: who registers, who handles, who tells) and the variables
-- seed, petitions, days, nights, night_events. Makes told_<ledger>: the ledger's columns, who tells the
-- row and when: in its month (its first day stands for it), or on its own day in the last `nights` days.
create or replace macro draw(id, salt) as (hash(id, salt, getvariable('seed')) % 1000000) / 1000000.0;
create or replace macro days_in(id, salt, low, high) as low + cast(floor(draw(id, salt) * (high - low + 1)) as int);
create or replace macro at_hour(day, id, salt) as
    cast(day as timestamp) + to_seconds(30600 + cast(floor(draw(id, salt) * 20000) as int));
create or replace macro one_of(id, salt, options) as options[1 + cast(floor(draw(id, salt) * len(options)) as int)];

create or replace table petitions as
with numbered as (
    select
        i as petition_no,
        1 + cast(floor(draw(i, 'county') * (select count(*) from counties)) as int) as county_no,
        getvariable('first_day') + cast(floor(draw(i, 'day') * getvariable('days')) as int) as registered_date
    from range(cast(getvariable('petitions') as bigint)) as r (i)
),

chained as (
    select
        numbered.*,
        counties.* exclude (county_no),
        one_of(petition_no, 'unit', [unit_1, unit_2, unit_3]) as unit_org_code,
        draw(petition_no, 'first') as first_draw,
        registered_date + days_in(petition_no, 'forward', 1, 17) as forwarded_date
    from numbered
    inner join counties on numbered.county_no = counties.county_no
)

select
    *,
    substr(region_code, 1, 6) || strftime(registered_date, '%Y%m%d') || lpad(cast(row_number() over (
        partition by county_no, registered_date order by petition_no
    ) as varchar), 5, '0') as item_no,
    at_hour(registered_date, petition_no, 'registered') as registered_at,
    first_draw < 0.85 as handed_on,
    -- a few ask for two things, each answered by an opinion of its own
    case when draw(petition_no, 'demands') < 0.02 then 2 end as demand_count,
    forwarded_date + days_in(petition_no, 'received', 0, 3) as received_date,
    forwarded_date + days_in(petition_no, 'noticed', 3, 19) as noticed_date,
    forwarded_date + days_in(petition_no, 'served', 24, 90) as served_date
from chained;

-- each step with its own number; what lies after the last day has not happened
create or replace table events as
with steps as (
    select petition_no, 1 as event_seq,
        case
            when first_draw < 0.57 then 'transferred'
            when first_draw < 0.85 then 'assigned'
            when first_draw < 0.91 then 'direct_reply'
            when first_draw < 0.95 then 'filed'
            else 'not_accepted'
        end as event_type_code,
        forwarded_date as event_date, office as from_org_code,
        case when handed_on then unit_org_code end as to_org_code, null as new_due_date,
        null as demand_no
    from petitions where draw(petition_no, 'begun') < 0.985
    union all
    select petition_no, 2, 'unit_received', received_date, unit_org_code, null, null, null from petitions where handed_on
    union all
    select petition_no, 3, 'notice_served', noticed_date, unit_org_code, null, null, null
    from petitions where handed_on and draw(petition_no, 'notice') < 0.85
    union all
    select petition_no, 4, 'accepted', noticed_date, unit_org_code, null, null, null
    from petitions where handed_on and draw(petition_no, 'accepted') < 0.96
    union all
    select petition_no, 5, 'supervised', noticed_date + 9, office, null, null, null
    from petitions where handed_on and draw(petition_no, 'supervised') < 0.35
    union all
    select petition_no, 6, 'extended', noticed_date + 50, unit_org_code, null, noticed_date + 80, null
    from petitions where handed_on and draw(petition_no, 'extended') < 0.12
    union all
    select petition_no, 7, 'opinion_issued', served_date - 2, unit_org_code, null, null, null
    from petitions where handed_on and draw(petition_no, 'accepted') < 0.92
    union all
    select petition_no, 8, 'opinion_served', served_date, unit_org_code, null, null, case when demand_count = 2 then 1 end
    from petitions where handed_on and draw(petition_no, 'accepted') < 0.92
    union all
    select petition_no, 9, 'closed', served_date + days_in(petition_no, 'closed', 0, 5), office, null, null, null
    from petitions where handed_on and draw(petition_no, 'accepted') < 0.85
    union all
    select petition_no, 10, 'objected', received_date + days_in(petition_no, 'objected', 0, 9), unit_org_code, office, null, null
    from petitions where handed_on and draw(petition_no, 'objects') < 0.03
    union all
    select petition_no, 11, 'opinion_served', served_date + days_in(petition_no, 'second', 0, 9), unit_org_code, null, null, 2
    from petitions where handed_on and draw(petition_no, 'accepted') < 0.88 and demand_count = 2
)

select
    *,
    at_hour(event_date, petition_no, 'event' || event_seq) as event_at
from steps
where event_date <= getvariable('last_day');

create or replace macro month_of(day) as cast(date_trunc('month', day) as date);
create or replace macro next_month(day) as cast(date_trunc('month', day) + interval 1 month as date);
create or replace macro first_night() as getvariable('last_day') - getvariable('nights') + 1;
create or replace macro told_on(day) as case when day >= first_night() then cast(day as date) else month_of(day) end;

-- 2 in a hundred events are told again the month after as they were, 1 in a hundred corrected by a day
-- a night is filled up to `night_events` with corrections: of the last hundred days' events, and one in
-- a hundred of those of any time before
create or replace table told_handling_events as
with nights as (
    select
        event_date as night,
        sum(greatest(0, getvariable('night_events') - count(*))) over (order by event_date) as last_place,
        greatest(0, getvariable('night_events') - count(*)) as places
    from events where event_date >= first_night() group by event_date
),

corrections as (
    select *, row_number() over (order by draw(petition_no, 'late' || event_seq), petition_no, event_seq) as place
    from events
    where event_date < first_night() and getvariable('nights') > 0
        and (event_date >= first_night() - 100 or draw(petition_no, 'of old') < 0.01)
),

tellings as (
    select *, 0 as correction, told_on(event_date) as told_date from events
    union all
    select corrections.* exclude (place), 1, nights.night
    from corrections inner join nights
        on corrections.place <= nights.last_place and corrections.place > nights.last_place - nights.places
    union all
    select *, case when draw(petition_no, 'again' || event_seq) < 0.01 then 1 else 0 end, next_month(event_date)
    from events where draw(petition_no, 'again' || event_seq) < 0.03
)

select
    petitions.item_no, petitions.office as register_org_code, tellings.event_seq, tellings.event_type_code,
    tellings.event_at + to_days(tellings.correction) as event_at, tellings.from_org_code, tellings.to_org_code,
    cast(tellings.new_due_date as timestamp) as new_due_at, cast(tellings.demand_no as bigint) as demand_no,
    petitions.teller, tellings.told_date
from tellings
inner join petitions on tellings.petition_no = petitions.petition_no
where tellings.told_date <= getvariable('last_day');

-- a registration is told in its month, told again when it is closed, and a few by the office above too
create or replace table told_petition_register as
with closings as (
    select petition_no, event_at as closed_at from events where event_type_code = 'closed'
),

tellings as (
    select petition_no, teller, cast(null as timestamp) as closed_at, told_on(registered_date) as told_date
    from petitions
    union all
    select closings.petition_no, petitions.teller, closings.closed_at, next_month(closings.closed_at)
    from closings inner join petitions on closings.petition_no = petitions.petition_no
    where draw(closings.petition_no, 'told closed') < 0.3
    union all
    select petition_no, upper_office, null, told_on(registered_date)
    from petitions where teller <> upper_office and draw(petition_no, 'told above') < 0.2
)

select
    item_no, office as register_org_code, registered_at, registered_date as petition_date,
    one_of(tellings.petition_no, 'channel', getvariable('channels')) as channel_code,
    case when draw(tellings.petition_no, 'purpose') < 0.9 then 'demand' else 'advice' end as purpose_code,
    one_of(tellings.petition_no, 'category', getvariable('categories')) as category_code,
    region_code as problem_region_code, unit_org_code,
    -- one of ten comes about a matter that was registered before, anywhere
    'M' || case when tellings.petition_no % 10 = 9 then tellings.petition_no - 9 else tellings.petition_no end as matter_id,
    cast(1 + floor(draw(tellings.petition_no, 'persons') * 4) as bigint) as person_count,
    cast(demand_count as bigint) as demand_count,
    draw(tellings.petition_no, 'repeat') < 0.8 as first_flag, true as counted_flag, false as litigation_flag,
    cast(case when draw(tellings.petition_no, 'path') < 0.97 then 6 else 1 end as bigint) as statutory_path,
    tellings.closed_at,
    case when tellings.closed_at is not null and draw(tellings.petition_no, 'kind told') < 0.9
        then one_of(tellings.petition_no, 'closure kind', ['substantive', 'mediated', 'procedural', 'stabilised'])
    end as closure_kind_code,
    tellings.teller, tellings.told_date
from tellings
inner join petitions on tellings.petition_no = petitions.petition_no
where tellings.told_date <= getvariable('last_day');

create or replace table told_evaluations as
with chances as (
    select petition_no, unnest(['unit', 'office']) as target_code, served_date from petitions
    where handed_on and draw(petition_no, 'accepted') < 0.92 and served_date <= getvariable('last_day')
),

rated as (
    select
        *,
        draw(petition_no, 'rated' || target_code) as rated_draw,
        at_hour(served_date + days_in(petition_no, 'rated day' || target_code, 1, 34), petition_no, 'rated at') as evaluated_at
    from chances
)

select
    item_no, office as register_org_code, target_code, cast(1 as bigint) as attempt_no, rated_draw < 0.95 as entitled_flag,
    cast(rated.served_date + 30 as timestamp) + interval 86399 second as deadline_at,
    case when rated_draw < 0.7 then evaluated_at end as evaluated_at,
    case when rated_draw < 0.7
        then one_of(rated.petition_no, 'rating' || target_code, ['satisfied', 'satisfied', 'satisfied', 'basically_satisfied', 'dissatisfied'])
    end as rating_code,
    case when rated_draw < 0.66 then 'self' when rated_draw < 0.7 then 'proxy' end as evaluator_type_code,
    teller,
    case when rated.served_date + 34 >= first_night() then rated.served_date + 34 else next_month(rated.served_date + 34) end as told_date
from rated
inner join petitions on rated.petition_no = petitions.petition_no
where told_date <= getvariable('last_day');

-- one batch a quarter of a year and prefecture, told whole by its office each month from then on
create or replace table cases as
select
    upper_office as teller, substr(upper_office, 1, 4) || '-' || strftime(month_of(registered_date), '%Y%m') as batch_no,
    'C' || petition_no as case_no, petition_no, month_of(registered_date) as issued_date, region_code, unit_org_code,
    month_of(registered_date) + days_in(petition_no, 'resolved', 40, 700) as resolved_date
from petitions
where draw(petition_no, 'case') < 0.02 and extract(month from registered_date) in (1, 4, 7, 10);

create or replace table told_backlog_batches as
select batch_no, teller as issuing_org_code, issued_date, issued_date + 300 as due_date,
    count(*) as declared_case_count, teller, issued_date as told_date
from cases group by all;

create or replace table told_backlog_cases as
select
    batch_no, case_no, region_code as place_region_code, unit_org_code as responsible_org_code,
    one_of(petition_no, 'category', getvariable('categories')) as category_code,
    case when resolved_date <= months.told_date then 'resolved' else 'open' end as status_code,
    case when resolved_date <= months.told_date then 'pass' end as audited_result_code,
    case when resolved_date <= months.told_date then resolved_date end as audited_date,
    teller, months.told_date
from cases
inner join (
    select cast(unnest(range(month_of(getvariable('first_day')), getvariable('last_day'), interval 1 month)) as date) as told_date
) as months on cases.issued_date <= months.told_date and cases.issued_date + 92 > months.told_date;

create or replace table told_leader_assignments as
select
    'A' || petition_no as assignment_no, batch_no, case_no, one_of(petition_no, 'leader', ['prefecture', 'county', 'township']) as leader_level_code,
    unit_org_code as lead_org_code, issued_date + 20 as started_date, issued_date + 300 as due_date,
    'in_progress' as result_code, teller, next_month(issued_date) as told_date
from cases where draw(petition_no, 'assigned') < 0.9 and next_month(issued_date) <= getvariable('last_day');
