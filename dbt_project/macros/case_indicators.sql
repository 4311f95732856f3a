{#- What the indicators of backlog cases and of their leaders share. -#}

{#- The levels of leaders, the highest first. -#}
{% macro leader_level_rank(level) -%}
case {{ level }} when 'province' then 1 when 'prefecture' then 2 when 'county' then 3 else 4 end
{%- endmacro %}

{#-
  Each case at each month end, as case_months, with `leader_since_date`, the day on which the first of the leaders
  who are in charge of it began (null: none is), `leader_level_code`, that leader's level (of several who began that
  day the highest; none: `none`), and `leader_changes_at`, when either may be another. Who ended with the case
  resolved stays in charge, but for `open_only`: of those whose assignment has not ended alone.
-#}
{% macro led_case_months(open_only=false) %}
{%- set free_from = 'ended_date' if open_only else add_days('ended_date', 1) -%}
with months as (
    {{ case_months() }}
),

assignments as (
    select * from {{ ref('fct_leader_assignments') }}
    where in_force_flag
),

in_charge as (
    select
        months.case_id,
        months.cohort_date,
        assignments.started_date as leader_since_date,
        assignments.leader_level_code,
        row_number() over (
            partition by months.case_id, months.cohort_date
            order by
                assignments.started_date nulls last,
                {{ leader_level_rank('assignments.leader_level_code') }} nulls last,
                assignments.assignment_id nulls last
        ) as leader_rank
    from months
    inner join assignments on months.case_id = assignments.case_id
    where
        assignments.started_date <= months.cohort_date
        {% if open_only -%}
        and coalesce(assignments.ended_date > months.cohort_date, true)
        {%- else -%}
        and (
            assignments.ended_date is null or assignments.ended_date >= months.cohort_date
            or assignments.result_code in ('resolved', 'satisfied')
        )
        {%- endif %}
),

led as (
    select * from in_charge
    where leader_rank = 1
),

waiting as (
    select
        case_id,
        min(least(
            {{ when_reached('started_date') }}, {{ when_reached(free_from) }}
        )) as leader_changes_at
    from assignments
    group by case_id
)

select
    months.*,
    led.leader_since_date,
    coalesce(led.leader_level_code, 'none') as leader_level_code,
    waiting.leader_changes_at
from months
left join led on months.case_id = led.case_id and months.cohort_date = led.cohort_date
left join waiting on months.case_id = waiting.case_id
{% endmacro %}

{#- Cases that a leader is in charge of at a month end, those that meet a condition, dated by one of their days. -#}
{% macro led_case_share(met, day, leader='', also='') %}
select
    case_id as subject_id,
    cohort_date,
    place_region_code as region_code,
    responsible_org_code as org_code,
    case
        when moved_out_date <= cohort_date then 'moved_out'
        when leader_since_date is null then 'no_leader'
    end as excluded_because,
    {{ met }} as numerator_flag,
    cast({{ day }} as timestamp) as evidence_at,
    least(
        changes_at, leader_changes_at, {{ when_reached(day) }}, {{ when_reached('moved_out_date') }}
        {%- if also %}, {{ when_reached(also) }}{% endif %}
    ) as changes_at,
    {{ case_cuts(leader=leader) }}
from ({{ led_case_months() }}) as months
{% endmacro %}

{#- Resolved and audited by the end of the month, and not flowed back since. -#}
{% macro resolved_net() -%}
coalesce(
    status_code = 'resolved' and audited_result_code = 'pass' and audited_date <= cohort_date
    and not coalesce(backflow_date between audited_date and cohort_date, false), false
)
{%- endmacro %}
