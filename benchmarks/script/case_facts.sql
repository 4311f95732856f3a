-- The floor's facts of backlog cases and of the leaders in charge of them.
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
