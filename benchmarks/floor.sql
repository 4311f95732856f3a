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
    event_seq, event_type_code, event_at, from_org_code, to_org_code, new_due_at,
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
        min(event_at) filter (where event_type_code = 'opinion_served') as opinion_served_at,
        min(event_at) filter (where event_type_code = 'closed') as closed_at,
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
        ) as objection_consented_at
    from f_handling_events as events
    inner join first_of on events.registration_id = first_of.registration_id
    where received is not null and event_type_code in ('notice_served', 'accepted', 'not_accepted', 'objection_consented')
    group by events.registration_id
),

told_registers as (
    select distinct register_org_code from f_handling_events
),

clocked as (
    select
        r.*, first_of.* exclude (registration_id, closed_at), first_of.closed_at as event_closed_at,
        after_receipt.unit_noticed_at, after_receipt.objection_consented_at,
        told_registers.register_org_code is not null as handling_told_flag,
        office_rule.regime_code,
        office_day.next_working_date as office_due_date,
        unit_day.next_working_date as unit_due_date,
        reply_day.next_working_date as reply_due_date,
        extension_rule.day_count as extension_days
    from f_registrations as r
    left join first_of on r.registration_id = first_of.registration_id
    left join after_receipt on r.registration_id = after_receipt.registration_id
    left join told_registers on r.register_org_code = told_registers.register_org_code
    left join deadline_rules as office_rule on office_rule.clock_code = 'office_forward'
        and cast(r.registered_at as date) between office_rule.valid_from and office_rule.valid_to
    left join calendar as office_day on office_day.calendar_date = cast(r.registered_at as date) + office_rule.day_count
    left join deadline_rules as unit_rule on unit_rule.clock_code = 'unit_notice'
        and cast(r.registered_at as date) between unit_rule.valid_from and unit_rule.valid_to
    left join calendar as unit_day on unit_day.calendar_date = cast(first_of.received.at as date) + unit_rule.day_count
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
    first_flag, counted_flag, litigation_flag, statutory_path, declared_timeliness_code, unit_org_code,
    coalesce(received.org, unit_org_code, register_org_code) as responsible_org_code, handling_told_flag, regime_code,
    forwarded_at, filed_at, office_due_date, received.at as unit_received_at, received.org as receiving_org_code,
    unit_noticed_at, objection_consented_at, unit_due_date, first_received.org as first_receiving_org_code, accepted.at as accepted_at, accepted.org as accepting_org_code,
    reply_due_date,
    case
        when cast(extended.at as date) <= reply_due_date and extended.due is not null
            then least(cast(extended.due as date), limit_day.next_working_date)
        else reply_due_date
    end as effective_reply_due_date,
    opinion_issued_at, opinion_served_at, replied_at,
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

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(office_due_date, cast(registered_at as date))) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when filed_at is not null then 'filed'
            when not handling_told_flag then 'handling_not_told'
            when office_due_date is null then 'no_due_date'
            when office_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(forwarded_at as date) <= office_due_date, false) as met, coalesce(channel_code, 'unknown') as channel_code, coalesce(register_level_code, 'unknown') as register_level_code
    from f_petitions
)

select
    'timely_accept_office', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code) = 0 then 'channel_code' when grouping(register_level_code) = 0 then 'register_level_code' else 'all' end, case when grouping(channel_code) = 0 then channel_code when grouping(register_level_code) = 0 then register_level_code else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code), (month_start_date, region_code, org_code, excluded_because, register_level_code));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(last_day.next_working_date, cast(registered_at as date))) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when filed_at is not null then 'filed'
            when not handling_told_flag then 'handling_not_told'
            when last_day.next_working_date is null then 'no_due_date'
            when last_day.next_working_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(forwarded_at as date) <= last_day.next_working_date, false) as met, coalesce(channel_code, 'unknown') as channel_code
    from f_petitions
    left join deadline_rules as tier
        on tier.clock_code = 'tier_forward' and tier.level_code = register_level_code
        and cast(registered_at as date) between tier.valid_from and tier.valid_to
    left join calendar as last_day on last_day.calendar_date = cast(registered_at as date) + tier.day_count
)

select
    'timely_accept_office', 'tiered', month_start_date, region_code, org_code,
    case when grouping(channel_code) = 0 then 'channel_code' else 'all' end, case when grouping(channel_code) = 0 then channel_code else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(unit_due_date, cast(registered_at as date))) as date) as month_start_date, coalesce(receiving_region_code, 'unknown') as region_code,
        coalesce(receiving_org_code, 'unknown') as org_code,
        case
            when objection_consented_at is not null then 'objection_consented'
            when unit_due_date is null then 'no_due_date'
            when unit_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(unit_noticed_at as date) <= unit_due_date, false) as met, coalesce(channel_code, 'unknown') as channel_code
    from f_petitions
    where unit_received_at is not null
)

select
    'timely_accept_unit', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code) = 0 then 'channel_code' else 'all' end, case when grouping(channel_code) = 0 then channel_code else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(reply_due_date, cast(registered_at as date))) as date) as month_start_date, coalesce(accepting_region_code, 'unknown') as region_code,
        coalesce(accepting_org_code, 'unknown') as org_code,
        case
            when regime_code = '2022' and statutory_path is null then 'path_unknown'
            when regime_code = '2022' and statutory_path <> 6 then 'not_path_6'
            when reply_due_date is null then 'no_due_date'
            when effective_reply_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(opinion_served_at as date) <= effective_reply_due_date, false) as met, coalesce(channel_code, 'unknown') as channel_code
    from f_petitions
    where accepted_at is not null
)

select
    'on_time_reply', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code) = 0 then 'channel_code' else 'all' end, case when grouping(channel_code) = 0 then channel_code else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(reply_due_date, cast(registered_at as date))) as date) as month_start_date, coalesce(accepting_region_code, 'unknown') as region_code,
        coalesce(accepting_org_code, 'unknown') as org_code,
        case
            when regime_code = '2022' and statutory_path is null then 'path_unknown'
            when regime_code = '2022' and statutory_path <> 6 then 'not_path_6'
            when reply_due_date is null then 'no_due_date'
            when reply_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(opinion_served_at as date) <= reply_due_date, false) as met
    from f_petitions
    where accepted_at is not null
)

select
    'on_time_reply', 'without_extension', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(closing_due_date, cast(registered_at as date))) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when closing_due_date is null then 'no_due_date'
            when closing_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(closed_at <= as_of(), false) as met, coalesce(channel_code, 'unknown') as channel_code
    from f_petitions
)

select
    'due_closure', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code) = 0 then 'channel_code' else 'all' end, case when grouping(channel_code) = 0 then channel_code else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        '' as excluded_because,
        true as met, coalesce(channel_code, 'unknown') as channel_code, coalesce(register_level_code, 'unknown') as register_level_code, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code
    from f_petitions
)

select
    'volume', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code) = 0 then 'channel_code' when grouping(register_level_code) = 0 then 'register_level_code' when grouping(category_code) = 0 then 'category_code' else 'all' end, case when grouping(channel_code) = 0 then channel_code when grouping(register_level_code) = 0 then register_level_code when grouping(category_code) = 0 then category_code else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code), (month_start_date, region_code, org_code, excluded_because, register_level_code), (month_start_date, region_code, org_code, excluded_because, category_code));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(cast(deadline_at as date), cast(registered_at as date))) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when deadline_at is null then 'no_deadline'
            when cast(deadline_at as date) > today() then 'window_open'
            else ''
        end as excluded_because,
        self_evaluated_flag as met
    from f_evaluations
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
)

select
    'participation', 'project', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(cast(deadline_at as date), cast(registered_at as date))) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when deadline_at is null then 'no_deadline'
            when cast(deadline_at as date) > today() then 'window_open'
            when self_evaluated_flag then ''
            when evaluated_at is not null and coalesce(evaluator_type_code, 'self') <> 'self' then 'evaluated_by_proxy'
            else 'not_evaluated'
        end as excluded_because,
        coalesce(rating_code = 'satisfied', false) as met
    from f_evaluations
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
)

select
    'satisfaction', 'project', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(cast(deadline_at as date), cast(registered_at as date))) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when deadline_at is null then 'no_deadline'
            when cast(deadline_at as date) > today() then 'window_open'
            when self_evaluated_flag then ''
            when evaluated_at is not null and coalesce(evaluator_type_code, 'self') <> 'self' then 'evaluated_by_proxy'
            else 'not_evaluated'
        end as excluded_because,
        coalesce(rating_code in ('satisfied', 'basically_satisfied'), false) as met
    from f_evaluations
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
)

select
    'satisfaction', 'with_basic', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(cast(deadline_at as date), cast(registered_at as date))) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when deadline_at is null then 'no_deadline'
            when cast(deadline_at as date) > today() then 'window_open'
            else ''
        end as excluded_because,
        self_evaluated_flag as met
    from f_evaluations
    inner join f_petitions using (registration_id)
    where target_code = 'office' and attempt_no = 1
)

select
    'participation_office', 'project', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(cast(deadline_at as date), cast(registered_at as date))) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when deadline_at is null then 'no_deadline'
            when cast(deadline_at as date) > today() then 'window_open'
            when self_evaluated_flag then ''
            when evaluated_at is not null and coalesce(evaluator_type_code, 'self') <> 'self' then 'evaluated_by_proxy'
            else 'not_evaluated'
        end as excluded_because,
        coalesce(rating_code = 'satisfied', false) as met
    from f_evaluations
    inner join f_petitions using (registration_id)
    where target_code = 'office' and attempt_no = 1
)

select
    'satisfaction_office', 'project', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

-- the variants named after where they are used
insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date) + 15) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when not coalesce(counted_flag, true) then 'not_counted'
            when not coalesce(first_flag, true) then 'repeat'
            when litigation_flag then 'litigation'
            when person_count not between 1 and 9999 then 'person_count'
            when cast(registered_at as date) + 15 > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(epoch(accepted_at) - epoch(registered_at) <= 15 * 86400, false) as met, coalesce(channel_code, 'unknown') as channel_code_cut
    from f_petitions
)

select
    'timely_accept_office', 'guangdong', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date) + 15) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when not coalesce(counted_flag, true) then 'not_counted'
            when not coalesce(first_flag, true) then 'repeat'
            when person_count not between 1 and 9999 then 'person_count'
            when cast(registered_at as date) + 15 > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(epoch(accepted_at) - epoch(registered_at) <= 15 * 86400, false) as met, coalesce(channel_code, 'unknown') as channel_code_cut
    from f_petitions
)

select
    'timely_accept_office', 'chongqing', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date) + 30) as date) as month_start_date, coalesce(receiving_region_code, 'unknown') as region_code,
        coalesce(receiving_org_code, 'unknown') as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when not coalesce(counted_flag, true) then 'not_counted'
            when not coalesce(first_flag, true) then 'repeat'
            when litigation_flag then 'litigation'
            when person_count not between 1 and 9999 then 'person_count'
            when cast(registered_at as date) + 30 > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(epoch(accepted_at) - epoch(registered_at) <= 30 * 86400, false) as met, coalesce(channel_code, 'unknown') as channel_code_cut
    from f_petitions
    where unit_received_at is not null
)

select
    'timely_accept_unit', 'guangdong', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(coalesce(due_at, registered_at) as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when due_at is null then 'no_due_date'
            else ''
        end as excluded_because,
        coalesce(closed_at <= due_at and closed_at <= as_of(), false) as met
    from f_petitions
)

select
    'on_time_reply', 'guangdong', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(closed_at as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when due_at is null then 'no_due_date'
            else ''
        end as excluded_because,
        coalesce(closed_at <= due_at, false) as met
    from f_petitions
    where cast(closed_at as date) <= today()
)

select
    'on_time_reply', 'sasac', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(closed_at as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when cast(closed_at as date) > today() then 'not_yet_begun'
            when coalesce(closure_kind_code, 'unmapped') = 'unmapped' then 'closure_kind_not_told'
            else ''
        end as excluded_because,
        closure_kind_code in ('substantive', 'mediated', 'agreement') as met
    from f_petitions
    where closed_at is not null
)

select
    'substantive_share', 'project', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        '' as excluded_because,
        coalesce(closed_at <= as_of(), false) as met, coalesce(channel_code, 'unknown') as channel_code_cut
    from f_petitions
)

select
    'closure', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', case when rated then cast(evaluated_at as date) else coalesce(cast(deadline_at as date), cast(registered_at as date)) end) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when not rated and deadline_at is null then 'no_deadline'
            when not rated and cast(deadline_at as date) > today() then 'window_open'
            else ''
        end as excluded_because,
        rated as met
    from (
        select *, coalesce(evaluated_at <= as_of() and rating_code <> 'unmapped', false) as rated from f_evaluations
    )
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
)

select
    'participation', 'guangdong', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', case when rated then cast(evaluated_at as date) else coalesce(cast(deadline_at as date), cast(registered_at as date)) end) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when not entitled_flag then 'not_entitled'
            else ''
        end as excluded_because,
        rated as met
    from (
        select *, coalesce(evaluated_at <= as_of() and rating_code <> 'unmapped', false) as rated from f_evaluations
    )
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
)

select
    'participation', 'sasac', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', case when rated then cast(evaluated_at as date) else coalesce(cast(deadline_at as date), cast(registered_at as date)) end) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when not rated and deadline_at is null then 'no_deadline'
            when not rated and cast(deadline_at as date) > today() then 'window_open'
            when not rated then 'not_evaluated'
            else ''
        end as excluded_because,
        rated and coalesce(rating_code in ('satisfied', 'basically_satisfied'), false) as met
    from (
        select *, coalesce(evaluated_at <= as_of() and rating_code <> 'unmapped', false) as rated from f_evaluations
    )
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
)

select
    'satisfaction', 'guangdong', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(cast(deadline_at as date), cast(registered_at as date))) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when deadline_at is null then 'no_deadline'
            when cast(deadline_at as date) > today() then 'window_open'
            else ''
        end as excluded_because,
        coalesce(self_evaluated_flag and rating_code = 'satisfied', false) as met
    from f_evaluations
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
)

select
    'satisfaction', 'of_entitled', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case
            when first_flag is null then 'flag_not_told'
            else ''
        end as excluded_because,
        coalesce(not first_flag, false) as met, coalesce(channel_code, 'unknown') as channel_code_cut
    from f_petitions
)

select
    'repeat_share', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case
            when coalesce(channel_code, 'unmapped') = 'unmapped' then 'channel_not_told'
            else ''
        end as excluded_because,
        coalesce(channel_code = 'web', false) as met
    from f_petitions
)

select
    'web_share', 'project', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(petition_date, cast(registered_at as date))) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        '' as excluded_because,
        true as met, coalesce(channel_code, 'unknown') as channel_code_cut, coalesce(register_level_code, 'unknown') as register_level_code_cut
    from f_petitions
)

select
    'volume', 'by_petition_date', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(register_level_code_cut) = 0 then 'register_level_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(register_level_code_cut) = 0 then register_level_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, register_level_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        '' as excluded_because,
        true as met
    from f_petitions
    where channel_code = 'visit' and person_count >= 5
)

select
    'collective_visits', 'project', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        '' as excluded_because,
        true as met
    from f_petitions
    where channel_code = 'visit' and person_count > 5
)

select
    'collective_visits', 'over_five', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

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

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(problem_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        '' as excluded_because,
        true as met
    from f_petitions
)

select
    'volume', 'by_problem_place', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(reply_due_date, cast(registered_at as date))) as date) as month_start_date, coalesce(problem_region_code, 'unknown') as region_code,
        coalesce(accepting_org_code, 'unknown') as org_code,
        case
            when regime_code = '2022' and statutory_path is null then 'path_unknown'
            when regime_code = '2022' and statutory_path <> 6 then 'not_path_6'
            when reply_due_date is null then 'no_due_date'
            when effective_reply_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(opinion_served_at as date) <= effective_reply_due_date, false) as met
    from f_petitions
    where accepted_at is not null
)

select
    'on_time_reply', 'by_problem_place', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(closing_due_date, cast(registered_at as date))) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when closing_due_date is null then 'no_due_date'
            when closing_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(closed_at as date) <= closing_due_date, false) as met
    from f_petitions
    where unit_received_at is not null
)

select
    'due_closure', 'chuzhou', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', coalesce(closing_due_date, cast(registered_at as date))) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when closing_due_date is null then 'no_due_date'
            when closing_due_date > today() then 'not_yet_due'
            else ''
        end as excluded_because,
        coalesce(cast(closed_at as date) <= closing_due_date, false) as met
    from f_petitions
    where channel_code = 'letter' and not first_flag
)

select
    'due_closure', 'chuzhou_repeat_letters', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when first_flag is null then 'flag_not_told' else '' end as excluded_because,
        coalesce(closed_at <= as_of(), false) as met
    from f_petitions
    where channel_code = 'letter' and coalesce(first_flag, true)
)

select
    'closure', 'chuzhou_first_letters', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', case when rated then cast(evaluated_at as date) else coalesce(cast(deadline_at as date), cast(registered_at as date)) end) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case
            when not entitled_flag then 'not_entitled'
            when not rated and deadline_at is null then 'no_deadline'
            when not rated and cast(deadline_at as date) > today() then 'window_open'
            when not rated then 'not_evaluated'
            else ''
        end as excluded_because,
        rated and coalesce(rating_code = 'satisfied', false) as met
    from (
        select *, coalesce(evaluated_at <= as_of() and rating_code <> 'unmapped', false) as rated from f_evaluations
    )
    inner join f_petitions using (registration_id)
    where target_code = 'unit' and attempt_no = 1
)

select
    'satisfaction', 'dachuan', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when coalesce(register_level_code, '') not in ('province', 'prefecture', 'county') then 'other_level'
            else ''
        end as excluded_because,
        coalesce(channel_code = 'web', false) as met
    from f_petitions
)

select
    'web_share', 'guangdong', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', month_end_date) as date) as month_start_date, coalesce(place_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' else '' end as excluded_because,
        coalesce(
            status_code = 'resolved' and audited_result_code = 'pass' and audited_date <= month_end_date
                and not coalesce(backflow_date between audited_date and month_end_date, false), false) as met, coalesce(batch_no, 'unknown') as batch_no
    from f_case_months
)

select
    'backlog_resolution', 'project', month_start_date, region_code, org_code,
    case when grouping(batch_no) = 0 then 'batch_no' else 'all' end, case when grouping(batch_no) = 0 then batch_no else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, batch_no));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', month_end_date) as date) as month_start_date, coalesce(place_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' else '' end as excluded_because,
        leader_level_code is not null as met, coalesce(batch_no, 'unknown') as batch_no, coalesce(leader_level_code, 'none') as leader_level_code
    from f_case_months
)

select
    'leader_coverage', 'project', month_start_date, region_code, org_code,
    case when grouping(batch_no) = 0 then 'batch_no' when grouping(leader_level_code) = 0 then 'leader_level_code' else 'all' end, case when grouping(batch_no) = 0 then batch_no when grouping(leader_level_code) = 0 then leader_level_code else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, batch_no), (month_start_date, region_code, org_code, excluded_because, leader_level_code));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', month_end_date) as date) as month_start_date, coalesce(place_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' else '' end as excluded_because,
        coalesce(status_code = 'resolved' and audited_result_code = 'pass' and audited_date <= month_end_date, false) as met, coalesce(batch_no, 'unknown') as batch_no
    from f_case_months
)

select
    'backlog_resolution', 'gross', month_start_date, region_code, org_code,
    case when grouping(batch_no) = 0 then 'batch_no' else 'all' end, case when grouping(batch_no) = 0 then batch_no else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, batch_no));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', month_end_date) as date) as month_start_date, coalesce(place_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' else '' end as excluded_because,
        coalesce(status_code = 'resolved' and reported_date <= month_end_date, false) as met, coalesce(batch_no, 'unknown') as batch_no
    from f_case_months
)

select
    'backlog_resolution', 'reported', month_start_date, region_code, org_code,
    case when grouping(batch_no) = 0 then 'batch_no' else 'all' end, case when grouping(batch_no) = 0 then batch_no else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, batch_no));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', month_end_date) as date) as month_start_date, coalesce(place_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        '' as excluded_because,
        coalesce(audited_result_code = 'pass' and audited_date <= month_end_date, false) as met, coalesce(batch_no, 'unknown') as batch_no
    from f_case_months
)

select
    'backlog_resolution', 'tibet', month_start_date, region_code, org_code,
    case when grouping(batch_no) = 0 then 'batch_no' else 'all' end, case when grouping(batch_no) = 0 then batch_no else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, batch_no));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', month_end_date) as date) as month_start_date, coalesce(place_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when status_code = 'resolved' and audited_result_code = 'pass' and audited_date <= month_end_date then '' else 'not_resolved' end as excluded_because,
        coalesce(backflow_date between audited_date and month_end_date, false) as met, coalesce(batch_no, 'unknown') as batch_no
    from f_case_months
)

select
    'backflow', 'project', month_start_date, region_code, org_code,
    case when grouping(batch_no) = 0 then 'batch_no' else 'all' end, case when grouping(batch_no) = 0 then batch_no else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, batch_no));

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
    select one.registration_id, min(later.registered_at) as returned_at
    from f_petitions as one
    inner join f_petitions as later on one.matter_id = later.matter_id
        and coalesce(one.opinion_served_at, one.closed_at) < later.registered_at and one.registration_id <> later.registration_id
    group by one.registration_id
)

select
    f_petitions.*, coalesce(opinion_served_at, closed_at) as ended_at, returned.returned_at,
    coalesce(nth, 1) as nth, coalesce(nth_in_region, 1) as nth_in_region, coalesce(nth_in_organ, 1) as nth_in_organ,
    coalesce(nth_in_channel, 1) as nth_in_channel, coalesce(item_count, 1) as item_count,
    coalesce(channels.channel_count, 1) as channel_count
from f_petitions
left join placed on f_petitions.registration_id = placed.registration_id
left join returned on f_petitions.registration_id = returned.registration_id
left join channels on f_petitions.matter_id = channels.matter_id;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        '' as excluded_because,
        true as met, coalesce(channel_code, 'unknown') as channel_code_cut, coalesce(register_level_code, 'unknown') as register_level_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
)

select
    'volume', 'distinct', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(register_level_code_cut) = 0 then 'register_level_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(register_level_code_cut) = 0 then register_level_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, register_level_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case when coalesce(person_count, 0) = 0 then 'person_count_not_told' else '' end as excluded_because,
        true as met, coalesce(channel_code, 'unknown') as channel_code_cut, coalesce(register_level_code, 'unknown') as register_level_code_cut, person_count as persons
    from f_items
)

select
    'volume_persons', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(register_level_code_cut) = 0 then 'register_level_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(register_level_code_cut) = 0 then register_level_code_cut else 'all' end,
    excluded_because, coalesce(sum(persons) filter (where excluded_because = ''), 0), coalesce(sum(persons) filter (where excluded_because = ''), 0), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, register_level_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        '' as excluded_because,
        nth > 1 as met, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
)

select
    'repeat_share', 'in_nation', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        '' as excluded_because,
        nth_in_region > 1 as met, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
)

select
    'repeat_share', 'in_region', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        '' as excluded_because,
        nth_in_organ > 1 as met, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
)

select
    'repeat_share', 'in_organ', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        '' as excluded_because,
        nth_in_channel > 1 as met, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
)

select
    'repeat_share', 'in_channel', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case when first_flag is null then 'flag_not_told' else '' end as excluded_because,
        true as met, coalesce(channel_code, 'unknown') as channel_code_cut, coalesce(register_level_code, 'unknown') as register_level_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_petitions
    where purpose_code = 'demand' and coalesce(first_flag, true)
)

select
    'first_demand', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(register_level_code_cut) = 0 then 'register_level_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(register_level_code_cut) = 0 then register_level_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, register_level_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case when nth > 1 then 'later_item' else '' end as excluded_because,
        true as met, coalesce(channel_code, 'unknown') as channel_code_cut, coalesce(register_level_code, 'unknown') as register_level_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
    where purpose_code = 'demand'
)

select
    'first_demand', 'recomputed', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(register_level_code_cut) = 0 then 'register_level_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(register_level_code_cut) = 0 then register_level_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, register_level_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case when nth > 1 then 'later_item' else '' end as excluded_because,
        item_count > 1 as met, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
)

select
    'repeat_matters', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case when nth > 1 then 'later_item' else '' end as excluded_because,
        channel_count > 1 as met, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
)

select
    'multi_channel_matters', 'project', month_start_date, region_code, org_code,
    case when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(ended_at as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) + 90 >= today() then 'window_running' else '' end as excluded_because,
        coalesce(cast(returned_at as date) <= cast(ended_at as date) + 90, false) as met, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
    where ended_at is not null
)

select
    'matter_backflow', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(ended_at as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) + 90 >= today() then 'window_running' else '' end as excluded_because,
        not coalesce(cast(returned_at as date) <= cast(ended_at as date) + 90, false) as met, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
    where ended_at is not null and nth = 1 and purpose_code = 'demand'
)

select
    'first_time_resolution', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(ended_at as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) + 180 >= today() then 'window_running' else '' end as excluded_because,
        coalesce(cast(returned_at as date) <= cast(ended_at as date) + 180, false) as met, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
    where ended_at is not null
)

select
    'matter_backflow', 'within_180', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(ended_at as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) + 180 >= today() then 'window_running' else '' end as excluded_because,
        not coalesce(cast(returned_at as date) <= cast(ended_at as date) + 180, false) as met, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
    where ended_at is not null and nth = 1 and purpose_code = 'demand'
)

select
    'first_time_resolution', 'within_180', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(ended_at as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when first_flag is null then 'flag_not_told' when not first_flag then 'repeat' when cast(ended_at as date) > today() then 'not_yet_begun' else '' end as excluded_because,
        not coalesce(cast(returned_at as date) <= today(), false) as met
    from f_items
    where ended_at is not null
)

select
    'first_time_resolution', 'tibet', month_start_date, region_code, org_code,
    'all', 'all',
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by month_start_date, region_code, org_code, excluded_because;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(first_receiving_region_code, 'unknown') as region_code,
        coalesce(first_receiving_org_code, 'unknown') as org_code,
        case when first_receiving_org_code is null then 'receipt_not_told' else '' end as excluded_because,
        coalesce(closed_at <= as_of() and first_receiving_org_code = receiving_org_code, false) as met, coalesce(channel_code, 'unknown') as channel_code_cut
    from f_petitions
)

select
    'first_receiver_closure', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut));

-- of the ledgers that are read with the register and the backlog the world tells none: no agreement, no trace, no
-- visit, no instruction, and no case says its matter
insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(ended_at as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) + 90 >= today() then 'window_running' else '' end as excluded_because,
        false as met, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
    where ended_at is not null
)

select
    'cessation', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(problem_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case when nth > 1 then 'later_item' else '' end as excluded_because,
        false as met, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
    where purpose_code = 'demand'
)

select
    'source_trace', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(ended_at as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when matter_id is null then 'matter_not_told' else '' end as excluded_because,
        false as met, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
    where ended_at is not null
)

select
    'evaluations_complete', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(register_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        '' as excluded_because,
        false as met, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from f_items
    where nth = 1 and item_count > 1
)

select
    'mandatory_leader', 'project', month_start_date, region_code, org_code,
    case when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

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

insert into f_cells
select
    'matters', variant, month_start_date, region_code, coalesce(org_code, 'unknown'), 'all', 'all', '', count(*), count(*), count(*)
from f_matter_areas
cross join (select unnest(['project', 'if_confirmed']) as variant)
where wide or variant = 'project'
group by all;

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', month_end_date) as date) as month_start_date, coalesce(place_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' when leader_level_code is null then 'no_leader' else '' end as excluded_because,
        coalesce(
            status_code = 'resolved' and audited_result_code = 'pass' and audited_date <= month_end_date
                and not coalesce(backflow_date between audited_date and month_end_date, false), false) as met, coalesce(batch_no, 'unknown') as batch_no_cut, coalesce(leader_level_code, 'none') as leader_level_cut
    from f_case_months
)

select
    'leader_case_resolution', 'project', month_start_date, region_code, org_code,
    case when grouping(batch_no_cut) = 0 then 'batch_no' when grouping(leader_level_cut) = 0 then 'leader_level_code' else 'all' end, case when grouping(batch_no_cut) = 0 then batch_no_cut when grouping(leader_level_cut) = 0 then leader_level_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, batch_no_cut), (month_start_date, region_code, org_code, excluded_because, leader_level_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', month_end_date) as date) as month_start_date, coalesce(place_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' when not exists (
            from f_leader_assignments as led
            where led.case_id = f_case_months.case_id and started_date <= month_end_date
                and (ended_date is null or ended_date >= month_end_date or result_code in ('resolved', 'satisfied'))) then 'no_leader' else '' end as excluded_because,
        coalesce(status_code = 'resolved' and reported_date <= month_end_date, false) as met, coalesce(batch_no, 'unknown') as batch_no_cut
    from f_case_months
)

select
    'leader_case_resolution', 'hebei', month_start_date, region_code, org_code,
    case when grouping(batch_no_cut) = 0 then 'batch_no' else 'all' end, case when grouping(batch_no_cut) = 0 then batch_no_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = '' and met), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, batch_no_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(ended_at as date)) as date) as month_start_date, coalesce(responsible_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when cast(ended_at as date) > today() then 'not_yet_begun' when cast(ended_at as date) < cast(registered_at as date) then 'ended_before_registered' else '' end as excluded_because,
        cast(ended_at as date) - cast(registered_at as date) as days, coalesce(channel_code, 'unknown') as channel_code_cut, case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end as category_code_cut
    from (select *, coalesce(opinion_served_at, closed_at) as ended_at from f_petitions)
    where ended_at is not null
)

select
    'handling_days', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' when grouping(category_code_cut) = 0 then 'category_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut when grouping(category_code_cut) = 0 then category_code_cut else 'all' end,
    excluded_because, coalesce(sum(days) filter (where excluded_because = ''), 0), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut), (month_start_date, region_code, org_code, excluded_because, category_code_cut));

insert into f_cells
with open as (
    select
        months.case_id, months.month_end_date,
        min(led.started_date) as since,
        arg_min(led.leader_level_code, (led.started_date, list_position(['province', 'prefecture', 'county', 'township'], led.leader_level_code))) as leader_level_code
    from f_case_months as months
    inner join f_leader_assignments as led on led.case_id = months.case_id
        and led.started_date <= months.month_end_date and (led.ended_date is null or led.ended_date > months.month_end_date)
    group by all
),

subjects as (
    select
        cast(date_trunc('month', month_end_date) as date) as month_start_date, coalesce(place_region_code, 'unknown') as region_code,
        coalesce(responsible_org_code, 'unknown') as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' when since is null then 'no_open_assignment' else '' end as excluded_because,
        month_end_date - since as days, coalesce(batch_no, 'unknown') as batch_no_cut, coalesce(open.leader_level_code, 'none') as leader_level_cut
    from f_case_months
    left join open using (case_id, month_end_date)
)

select
    'assignment_open_days', 'project', month_start_date, region_code, org_code,
    case when grouping(batch_no_cut) = 0 then 'batch_no' when grouping(leader_level_cut) = 0 then 'leader_level_code' else 'all' end, case when grouping(batch_no_cut) = 0 then batch_no_cut when grouping(leader_level_cut) = 0 then leader_level_cut else 'all' end,
    excluded_because, coalesce(sum(days) filter (where excluded_because = ''), 0), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, batch_no_cut), (month_start_date, region_code, org_code, excluded_because, leader_level_cut));

insert into f_cells
with subjects as (
    select
        cast(date_trunc('month', cast(registered_at as date)) as date) as month_start_date, coalesce(problem_region_code, 'unknown') as region_code,
        coalesce(register_org_code, 'unknown') as org_code,
        case when problem_region_code is null or problem_region_code like 'unmapped:%' then 'problem_region_not_told' else '' end as excluded_because,
        coalesce(channel_code, 'unknown') as channel_code_cut
    from f_petitions
)

select
    'per_10k', 'project', month_start_date, region_code, org_code,
    case when grouping(channel_code_cut) = 0 then 'channel_code' else 'all' end, case when grouping(channel_code_cut) = 0 then channel_code_cut else 'all' end,
    excluded_because, count(*) filter (where excluded_because = ''), count(*) filter (where excluded_because = ''), count(*)
from subjects
group by grouping sets ((month_start_date, region_code, org_code, excluded_because), (month_start_date, region_code, org_code, excluded_because, channel_code_cut));
