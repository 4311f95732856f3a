-- Cells of the indicators of backlog cases, each in every month from that of its batch.

{% call cells('backlog_resolution', 'project', ['batch_no']) %}
    select
        month_end_date as cohort_date, place_region_code as region_code,
        responsible_org_code as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' else '' end as excluded_because,
        coalesce(
            status_code = 'resolved' and audited_result_code = 'pass' and audited_date <= month_end_date
                and not coalesce(backflow_date between audited_date and month_end_date, false), false) as met, batch_no
    from f_case_months
{% endcall %}

{% call cells('leader_coverage', 'project', ['batch_no', 'leader_level_code']) %}
    select
        month_end_date as cohort_date, place_region_code as region_code,
        responsible_org_code as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' else '' end as excluded_because,
        leader_level_code is not null as met, batch_no, coalesce(leader_level_code, 'none') as leader_level_code
    from f_case_months
{% endcall %}

{% call cells('backlog_resolution', 'gross', ['batch_no']) %}
    select
        month_end_date as cohort_date, place_region_code as region_code,
        responsible_org_code as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' else '' end as excluded_because,
        coalesce(status_code = 'resolved' and audited_result_code = 'pass' and audited_date <= month_end_date, false) as met, batch_no
    from f_case_months
{% endcall %}

{% call cells('backlog_resolution', 'reported', ['batch_no']) %}
    select
        month_end_date as cohort_date, place_region_code as region_code,
        responsible_org_code as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' else '' end as excluded_because,
        coalesce(status_code = 'resolved' and reported_date <= month_end_date, false) as met, batch_no
    from f_case_months
{% endcall %}

{% call cells('backlog_resolution', 'tibet', ['batch_no']) %}
    select
        month_end_date as cohort_date, place_region_code as region_code,
        responsible_org_code as org_code,
        '' as excluded_because,
        coalesce(audited_result_code = 'pass' and audited_date <= month_end_date, false) as met, batch_no
    from f_case_months
{% endcall %}

{% call cells('backflow', 'project', ['batch_no']) %}
    select
        month_end_date as cohort_date, place_region_code as region_code,
        responsible_org_code as org_code,
        case when status_code = 'resolved' and audited_result_code = 'pass' and audited_date <= month_end_date then '' else 'not_resolved' end as excluded_because,
        coalesce(backflow_date between audited_date and month_end_date, false) as met, batch_no
    from f_case_months
{% endcall %}

{% call cells('leader_case_resolution', 'project', ['batch_no', 'leader_level_code']) %}
    select
        month_end_date as cohort_date, place_region_code as region_code,
        responsible_org_code as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' when leader_level_code is null then 'no_leader' else '' end as excluded_because,
        coalesce(
            status_code = 'resolved' and audited_result_code = 'pass' and audited_date <= month_end_date
                and not coalesce(backflow_date between audited_date and month_end_date, false), false) as met, batch_no, leader_level_code
    from f_case_months
{% endcall %}

{% call cells('leader_case_resolution', 'hebei', ['batch_no']) %}
    select
        month_end_date as cohort_date, place_region_code as region_code,
        responsible_org_code as org_code,
        case when moved_out_date <= month_end_date then 'moved_out' when not exists (
            from f_leader_assignments as led
            where led.case_id = f_case_months.case_id and started_date <= month_end_date
                and (ended_date is null or ended_date >= month_end_date or result_code in ('resolved', 'satisfied'))) then 'no_leader' else '' end as excluded_because,
        coalesce(status_code = 'resolved' and reported_date <= month_end_date, false) as met, batch_no
    from f_case_months
{% endcall %}

{% call cells('assignment_open_days', 'project', ['batch_no', 'leader_level_code'], of='days') %}
    with open as (
        select
            months.case_id, months.month_end_date,
            min(led.started_date) as since,
            arg_min(led.leader_level_code, (led.started_date, list_position(['province', 'prefecture', 'county', 'township'], led.leader_level_code))) as leader_level_code
        from f_case_months as months
        inner join f_leader_assignments as led on led.case_id = months.case_id
            and led.started_date <= months.month_end_date and (led.ended_date is null or led.ended_date > months.month_end_date)
        group by all
    )

    select
        month_end_date as cohort_date, place_region_code as region_code,
        responsible_org_code as org_code,
        case
            when month_end_date < last_day(month_end_date) then 'month_not_over'
            when moved_out_date <= month_end_date then 'moved_out' when since is null then 'no_open_assignment' else ''
        end as excluded_because,
        month_end_date - since as days, batch_no, open.leader_level_code
    from f_case_months
    left join open using (case_id, month_end_date)
{% endcall %}
