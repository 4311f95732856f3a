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

create table f_cells (
    indicator_code varchar, variant varchar, month_start_date date, region_code varchar, org_code varchar,
    cut_code varchar, cut_value varchar, excluded_because varchar, num decimal(18, 4), den decimal(18, 4), subject_count bigint
);
