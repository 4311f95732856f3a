-- The floor: the in-force facts and the indicator cells, as one hand would write them for DuckDB and
-- for this purpose alone. Written from docs/indicators.md and the contracts, not from the models.
-- Variables: as_of, and `<ledger>_files`, the lists of files. Tables given: organisations, closure
-- (of regions), deadline_rules, calendar (a row a day with the next working day).
create or replace macro as_of() as getvariable('as_of');
create or replace macro today() as cast(getvariable('as_of') as date);

-- what each office told last of each registration; of several offices the one that counts
create table f_registrations as
with told as (
    select *, register_org_code || '|' || item_no as registration_id
    from read_parquet(getvariable('petition_register_files'))
),

latest as (
    select registration_id, _office_code, max(_sequence) as _sequence,
        arg_min(due_at, _sequence) filter (where due_at is not null) as first_due_at
    from told
    group by registration_id, _office_code
),

related as (
    select latest.*, case
        when latest._office_code = split_part(registration_id, '|', 1) then 1
        when closure.descendant_code is not null then 2
        else 3
    end as precedence
    from latest
    left join organisations as register on split_part(registration_id, '|', 1) = register.org_code
    left join organisations as sender on latest._office_code = sender.org_code
    left join closure
        on sender.region_code = closure.ancestor_code and register.region_code = closure.descendant_code
            and closure.distance > 0
),

chosen as (
    select registration_id, min(precedence) as precedence,
        arg_min(_office_code, precedence || '|' || _office_code) as _office_code,
        arg_min(_sequence, precedence || '|' || _office_code) as _sequence,
        arg_min(first_due_at, precedence || '|' || _office_code) as first_due_at
    from related
    group by registration_id
)

select told.*, chosen.first_due_at, ['own', 'upper', 'other'][chosen.precedence] as relation_code
from told
inner join chosen on told.registration_id = chosen.registration_id
    and told._office_code = chosen._office_code and told._sequence = chosen._sequence;

create table f_handling_events as
with told as (
    select *, register_org_code || '|' || item_no as registration_id
    from read_parquet(getvariable('handling_events_files'))
),

latest as (
    select _office_code, registration_id, event_seq, max(_sequence) as _sequence
    from told
    group by all
)

select
    told._office_code || '|' || registration_id || '|' || event_seq as event_id, registration_id, register_org_code,
    event_seq, event_type_code, event_at, from_org_code, to_org_code, new_due_at, demand_no,
    told._office_code as told_by_office_code, told._sequence as delivery_sequence, _sheet_no as sheet_no, _row_no as row_no
from told
semi join latest on told._office_code = latest._office_code and told.registration_id = latest.registration_id
    and told.event_seq = latest.event_seq and told._sequence = latest._sequence;

create table f_petitions as
with first_of as (
    select
        registration_id,
        min(event_at) filter (where event_type_code in ('transferred', 'assigned', 'direct_reply', 'not_accepted', 'no_longer_accepted')) as forwarded_at,
        min(event_at) filter (where event_type_code = 'filed') as filed_at,
        min(event_at) filter (where event_type_code = 'opinion_issued') as opinion_issued_at,
        min(event_at) filter (where event_type_code = 'opinion_served') as first_served_at,
        max(demand_no) as highest_demand_no,
        min({'at': event_at, 'seq': event_seq, 'teller': told_by_office_code, 'org': from_org_code}) filter (where event_type_code = 'objected') as objected,
        min(event_at) filter (where event_type_code = 'closed') as closed_at,
        bool_or(event_type_code = 'short_procedure') as short_flag,
        max({'at': event_at, 'seq': event_seq, 'teller': told_by_office_code, 'org': from_org_code}) filter (where event_type_code = 'unit_received') as received,
        min({'at': event_at, 'seq': event_seq, 'teller': told_by_office_code, 'org': from_org_code}) filter (where event_type_code = 'unit_received') as first_received,
        min({'at': event_at, 'seq': event_seq, 'teller': told_by_office_code, 'org': from_org_code}) filter (where event_type_code = 'accepted') as accepted,
        min({'at': event_at, 'seq': event_seq, 'teller': told_by_office_code, 'due': new_due_at}) filter (where event_type_code = 'extended') as extended
    from f_handling_events
    group by registration_id
),

after_receipt as (
    select
        events.registration_id,
        min(events.event_at) filter (
            where event_type_code in ('notice_served', 'accepted', 'not_accepted')
                and from_org_code = received.org and event_at >= received.at
        ) as unit_noticed_at,
        min(events.event_at) filter (
            where event_type_code = 'objection_consented'
                and (event_at > received.at or (event_at = received.at and event_seq > received.seq))
        ) as objection_consented_at,
        min(events.event_at) filter (
            where event_type_code = 'objected' and from_org_code = received.org
                and (event_at > received.at or (event_at = received.at and event_seq > received.seq))
        ) as unit_objected_at
    from f_handling_events as events
    inner join first_of on events.registration_id = first_of.registration_id
    where received is not null and event_type_code in ('notice_served', 'accepted', 'not_accepted', 'objected', 'objection_consented')
    group by events.registration_id
),

receipt_objected as (
    select events.registration_id, max(event_at) as objected_receipt_at
    from f_handling_events as events
    inner join first_of on events.registration_id = first_of.registration_id
    where objected is not null and event_type_code = 'unit_received' and from_org_code = objected.org
        and (event_at < objected.at or (event_at = objected.at and event_seq < objected.seq))
    group by events.registration_id
),

by_demand as (
    select *, event_type_code = 'opinion_served' as is_opinion from f_handling_events
    where demand_no is not null and event_type_code in ('opinion_served', 'direct_reply', 'not_accepted', 'no_longer_accepted')
),

demands as (
    select registration_id, count(*) as ended_demand_count, max(ended_at) as last_demand_ended_at
    from (
        select registration_id, demand_no, min(event_at) as ended_at, bool_or(is_opinion) as served from by_demand group by all
    )
    group by registration_id
    having bool_or(served)
),

wholes as (
    select events.registration_id, min(events.event_at) as whole_served_at
    from f_handling_events as events
    anti join by_demand on events.registration_id = by_demand.registration_id
        and events.from_org_code = by_demand.from_org_code and cast(events.event_at as date) = cast(by_demand.event_at as date)
    where event_type_code = 'opinion_served' and demand_no is null
    group by events.registration_id
),

told_registers as (
    select distinct register_org_code from f_handling_events
),

clocked as (
    select
        r.*, first_of.* exclude (registration_id, closed_at), first_of.closed_at as event_closed_at,
        after_receipt.unit_noticed_at, after_receipt.objection_consented_at,
        coalesce(unit_objected_at, objection_consented_at) as unit_objected_at,
        last_day_to_object.calendar_date as objection_due_date,
        receipt_objected.objected_receipt_at,
        least(whole_served_at, case
            when ended_demand_count >= greatest(coalesce(demand_count, 1), highest_demand_no) then last_demand_ended_at
        end) as opinion_served_at,
        told_registers.register_org_code is not null as handling_told_flag,
        office_rule.regime_code,
        office_day.next_working_date as office_due_date,
        unit_day.next_working_date as unit_due_date,
        reply_day.next_working_date as reply_due_date,
        extension_rule.day_count as extension_days
    from f_registrations as r
    left join first_of on r.registration_id = first_of.registration_id
    left join after_receipt on r.registration_id = after_receipt.registration_id
    left join receipt_objected on r.registration_id = receipt_objected.registration_id
    left join demands on r.registration_id = demands.registration_id
    left join wholes on r.registration_id = wholes.registration_id
    left join told_registers on r.register_org_code = told_registers.register_org_code
    left join deadline_rules as office_rule on office_rule.clock_code = 'office_forward'
        and cast(r.registered_at as date) between office_rule.valid_from and office_rule.valid_to
    left join calendar as office_day on office_day.calendar_date = cast(r.registered_at as date) + office_rule.day_count
    left join deadline_rules as unit_rule on unit_rule.clock_code = 'unit_notice'
        and cast(r.registered_at as date) between unit_rule.valid_from and unit_rule.valid_to
    left join calendar as unit_day on unit_day.calendar_date = cast(first_of.received.at as date) + unit_rule.day_count
    left join deadline_rules as objection_rule on objection_rule.clock_code = 'objection'
        and cast(r.registered_at as date) between objection_rule.valid_from and objection_rule.valid_to
    left join calendar as first_day_to_object on first_day_to_object.calendar_date = cast(first_of.received.at as date)
    left join calendar as last_day_to_object on last_day_to_object.is_working_day
        and last_day_to_object.working_day_no = first_day_to_object.working_day_no + objection_rule.day_count
    left join deadline_rules as reply_rule on reply_rule.clock_code = 'closing'
        and cast(r.registered_at as date) between reply_rule.valid_from and reply_rule.valid_to
    left join calendar as reply_day on reply_day.calendar_date = cast(first_of.accepted.at as date) + reply_rule.day_count
    left join deadline_rules as extension_rule on extension_rule.clock_code = 'extension'
        and cast(r.registered_at as date) between extension_rule.valid_from and extension_rule.valid_to
)

select
    clocked.registration_id, item_no, register_org_code, register.region_code as register_region_code,
    register.level_code as register_level_code, coalesce(register.is_petition_office, false) as petition_office_flag,
    matter_id, channel_code, purpose_code, category_code, problem_region_code, registered_at, petition_date, person_count,
    demand_count, coalesce(short_flag, false) as short_flag, first_flag, counted_flag, litigation_flag, statutory_path, declared_timeliness_code, unit_org_code,
    coalesce(received.org, unit_org_code, register_org_code) as responsible_org_code, handling_told_flag, regime_code,
    forwarded_at, filed_at, office_due_date, received.at as unit_received_at, received.org as receiving_org_code,
    unit_noticed_at, objection_consented_at, unit_objected_at, objection_due_date, objected.at as objected_at, objected.org as objecting_org_code, objected_receipt_at,
    unit_due_date, first_received.org as first_receiving_org_code, accepted.at as accepted_at, accepted.org as accepting_org_code,
    reply_due_date,
    case
        when cast(extended.at as date) <= reply_due_date and extended.due is not null
            then least(cast(extended.due as date), limit_day.next_working_date)
        else reply_due_date
    end as effective_reply_due_date,
    opinion_issued_at, first_served_at, opinion_served_at, replied_at,
    coalesce(cast(first_due_at as date), reply_due_date) as closing_due_date, due_at,
    coalesce(event_closed_at, clocked.closed_at) as closed_at, closure_kind_code,
    _office_code as told_by_office_code, relation_code as told_by_relation_code, _sequence as delivery_sequence,
    _sheet_no as sheet_no, _row_no as row_no,
    first_receiving.region_code as first_receiving_region_code, receiving.region_code as receiving_region_code, accepting.region_code as accepting_region_code,
    responsible.region_code as responsible_region_code
from clocked
left join calendar as limit_day on limit_day.calendar_date = reply_due_date + extension_days
left join organisations as register on register_org_code = register.org_code
left join organisations as first_receiving on first_received.org = first_receiving.org_code
left join organisations as receiving on received.org = receiving.org_code
left join organisations as accepting on accepted.org = accepting.org_code
left join organisations as responsible on coalesce(received.org, unit_org_code, register_org_code) = responsible.org_code;

create table f_evaluations as
with told as (
    select *, register_org_code || '|' || item_no as registration_id
    from read_parquet(getvariable('evaluations_files'))
),

latest as (
    select registration_id, target_code, attempt_no, _office_code, max(_sequence) as _sequence
    from told
    group by all
),

chosen as (
    select registration_id, target_code, attempt_no,
        arg_min(latest._office_code, ranking) as _office_code, arg_min(_sequence, ranking) as _sequence
    from (
        select latest.*, case
            when latest._office_code = split_part(registration_id, '|', 1) then '1|'
            when closure.descendant_code is not null then '2|'
            else '3|'
        end || latest._office_code as ranking
        from latest
        left join organisations as register on split_part(registration_id, '|', 1) = register.org_code
        left join organisations as sender on latest._office_code = sender.org_code
        left join closure
            on sender.region_code = closure.ancestor_code and register.region_code = closure.descendant_code
                and closure.distance > 0
    ) as latest
    group by all
)

select
    told.registration_id || '|' || told.target_code || '|' || told.attempt_no as evaluation_id, told.registration_id,
    told.target_code, told.attempt_no, entitled_flag, deadline_at, evaluated_at, rating_code, evaluator_type_code,
    coalesce(evaluator_type_code = 'self' and rating_code is not null and rating_code <> 'unmapped' and evaluated_at <= deadline_at, false)
        as self_evaluated_flag,
    told._office_code as told_by_office_code, told._sequence as delivery_sequence, _sheet_no as sheet_no, _row_no as row_no
from told
semi join chosen on told.registration_id = chosen.registration_id and told.target_code = chosen.target_code
    and told.attempt_no = chosen.attempt_no and told._office_code = chosen._office_code and told._sequence = chosen._sequence;

-- a batch's cases as its office told it last; the batch from its own ledger
create table f_cases as
with told as (
    select * from read_parquet(getvariable('backlog_cases_files'))
),

latest as (
    select _office_code, batch_no, max(_sequence) as _sequence from told group by all
),

batches as (
    select batch_no, issuing_org_code, issued_date, due_date
    from read_parquet(getvariable('backlog_batches_files'))
    qualify row_number() over (partition by batch_no order by _sequence desc) = 1
)

select
    told.batch_no || '|' || case_no as case_id, told.batch_no, case_no, matter_id, issuing_org_code, issued_date,
    due_date, category_code, place_region_code, responsible_org_code, status_code, reported_date, audited_result_code,
    audited_date, backflow_date, moved_out_date, told._office_code as told_by_office_code,
    told._sequence as delivery_sequence, _sheet_no as sheet_no, _row_no as row_no
from told
semi join latest on told._office_code = latest._office_code and told.batch_no = latest.batch_no and told._sequence = latest._sequence
left join batches on told.batch_no = batches.batch_no;

create table f_leader_assignments as
select
    _office_code || '|' || assignment_no as assignment_id, batch_no || '|' || case_no as case_id, leader_level_code, lead_org_code,
    started_date, due_date, ended_date, result_code, signed_off_date, verified_date, _office_code as told_by_office_code,
    _sequence as delivery_sequence, _sheet_no as sheet_no, _row_no as row_no
from read_parquet(getvariable('leader_assignments_files'))
qualify row_number() over (partition by _office_code, assignment_no order by _sequence desc) = 1;

create table f_cells (
    indicator_code varchar, variant varchar, month_start_date date, region_code varchar, org_code varchar,
    cut_code varchar, cut_value varchar, excluded_because varchar, num decimal(18, 4), den decimal(18, 4), subject_count bigint
);

create table f_case_months as
with months as (
    select f_cases.*, least(last_day(month_start_date), today()) as month_end_date
    from f_cases
    inner join (
        select calendar_date as month_start_date from calendar where extract(day from calendar_date) = 1
    ) as months on month_start_date >= date_trunc('month', issued_date) and month_start_date <= today()
)

select
    months.*,
    led.leader_level_code
from months
left join (
    select
        months.case_id, months.month_end_date,
        arg_min(leader_level_code, (led.started_date, list_position(['province', 'prefecture', 'county', 'township'], leader_level_code))) as leader_level_code
    from months
    inner join f_leader_assignments as led on led.case_id = months.case_id
        and led.started_date <= months.month_end_date
        and (led.ended_date is null or led.ended_date >= months.month_end_date or led.result_code in ('resolved', 'satisfied'))
    group by all
) as led on months.case_id = led.case_id and months.month_end_date = led.month_end_date;

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
