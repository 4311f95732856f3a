-- The floor's facts of matters.
-- matters: a registration is one by itself here, and matters are what offices gave one matter number, for the
-- world tells no other link. Whether another one came before in the nation, the area, the organ or by the channel,
-- and the next one after this one was answered or closed.
create table f_items as
with placed as (
    select
        registration_id, matter_id,
        row_number() over (partition by matter_id order by registered_at, registration_id) as nth,
        row_number() over (partition by matter_id, register_region_code order by registered_at, registration_id) as nth_in_region,
        row_number() over (partition by matter_id, register_org_code order by registered_at, registration_id) as nth_in_organ,
        row_number() over (partition by matter_id, channel_code order by registered_at, registration_id) as nth_in_channel,
        count(*) over (partition by matter_id) as item_count
    from f_petitions
    where matter_id is not null
),

channels as (
    select matter_id, count(distinct channel_code) as channel_count from f_petitions group by matter_id
),

returned as (
    select one.registration_id, min(later.registered_at, 3) as returns
    from f_petitions as one
    inner join f_petitions as later on one.matter_id = later.matter_id
        and coalesce(one.opinion_served_at, one.closed_at) < later.registered_at and one.registration_id <> later.registration_id
    group by one.registration_id
)

select
    f_petitions.*, coalesce(opinion_served_at, closed_at) as ended_at,
    returns[1] as returned_at, returns[2] as second_returned_at, returns[3] as third_returned_at,
    coalesce(nth, 1) as nth, coalesce(nth_in_region, 1) as nth_in_region, coalesce(nth_in_organ, 1) as nth_in_organ,
    coalesce(nth_in_channel, 1) as nth_in_channel, coalesce(item_count, 1) as item_count,
    coalesce(channels.channel_count, 1) as channel_count
from f_petitions
left join placed on f_petitions.registration_id = placed.registration_id
left join returned on f_petitions.registration_id = returned.registration_id
left join channels on f_petitions.matter_id = channels.matter_id;

-- a matter once in every area, and once at every organ, where it was registered; no candidate links are told, and
-- their bound is of cities and above
create table f_matter_areas as
select
    matter, 'only:' || closure.ancestor_code as region_code, 'none' as org_code,
    cast(date_trunc('month', min(registered_at)) as date) as month_start_date,
    closure.ancestor_code in (select region_code from regions where level_code in ('nation', 'province', 'prefecture'))
        as wide
from (select *, coalesce(matter_id, registration_id) as matter from f_petitions) as items
inner join closure on items.register_region_code = closure.descendant_code
group by matter, closure.ancestor_code
union all
select
    coalesce(matter_id, registration_id), 'none', register_org_code,
    cast(date_trunc('month', min(registered_at)) as date), false
from f_petitions
group by all;
