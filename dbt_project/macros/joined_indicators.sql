{#- What indicators that read ledgers together share: see joined.sql for what makes their rows made again. -#}

{#-
  First demands that stayed resolved: the matter did not come back within the window, and no review or
  re-examination within it revoked or changed what was answered.
-#}
{% macro resolved_at_once(days) %}
{%- set changed -%}
left join (
    select distinct petitions.registration_id
    from {{ ref('fct_petitions') }} as petitions
    inner join {{ ref('fct_review_cases') }} as reviews on petitions.matter_id = reviews.matter_id
    where
        reviews.in_force_flag and reviews.opinion_code in ('revoked', 'changed', 'redo')
        and reviews.opinion_date >= cast(coalesce(petitions.first_served_at, petitions.closed_at) as date)
        and reviews.opinion_date
        <= {{ add_days('cast(coalesce(petitions.opinion_served_at, petitions.closed_at) as date)', days) }}
) as changed on items.registration_id = changed.registration_id
{%- endset -%}
{{ returns_within(
    days, 'not items.returned_flag and changed.registration_id is null',
    "items.first_in_nation_flag and items.purpose_code = 'demand'", changed
) }}
{% endmacro %}

{#-
  The first day on which a ledger's rows of each registration were. `day`: their column; `only`: a condition.
-#}
{% macro first_day_of_registration(ledger, day, only='true') %}
select
    {{ registration_id() }} as registration_id,
    min({{ day }}) as first_date
from {{ ref('fct_' ~ ledger) }}
where in_force_flag and item_no is not null and {{ only }}
group by {{ registration_id() }}
{% endmacro %}

{#-
  Every organ's duty in every month in which it holds on the last day, from its first to the one that runs, which
  does not count before its last day has come. `stock`: as at an instant, the running month at as_of. One that has
  not begun stands in the running month, to say when it will.
-#}
{% macro duty_months(stock=false) %}
{%- set last = 'last_day(calendar.calendar_date)' -%}
{%- set at = 'least(' ~ last ~ ', ' ~ as_of_date() ~ ')' if stock else last -%}
{%- set begun = 'duties.valid_from <= ' ~ as_of_date() -%}
select
    duties.duty_id as subject_id,
    duties.duty_code,
    duties.org_region_code as region_code,
    duties.org_code,
    calendar.calendar_date as month_start_date,
    {{ at }} as cohort_date,
    case
        when not {{ begun }} then 'not_yet_begun'
        when {{ at }} > {{ as_of_date() }} then 'not_yet_due'
    end as excluded_because,
    least(
        {{ when_reached(last) }},
        {{ when_reached(add_days('last_day(' ~ as_of_date() ~ ')', 1)) }},
        {{ when_reached('duties.valid_from') }},
        {{ when_reached(add_days("nullif(duties.valid_to, cast('9999-12-31' as date))", 1)) }}
    ) as changes_at
from {{ ref('dim_duty') }} as duties
inner join {{ ref('int_calendar') }} as calendar
    on
        extract(day from calendar.calendar_date) = 1
        and calendar.calendar_date <= {{ as_of_date() }}
        and case
            when {{ begun }} then {{ at }} between duties.valid_from and duties.valid_to
            else calendar.calendar_date = {{ month_start(as_of_date()) }}
        end
{% endmacro %}

{#- Of the townships that have to hold conferences, those that held one since a day. `since`: a condition on `met`. -#}
{% macro conferences_held(since, stock) %}
with months as (
    {{ duty_months(stock) }}
),

held as (
    select
        {{ joined_by('conference') }} as subject_id,
        held_date
    from {{ ref('fct_joint_conferences') }}
    where in_force_flag
),

met as (
    select
        months.subject_id,
        months.month_start_date,
        max(case when held.held_date <= months.cohort_date then held.held_date end) as held_date,
        min({{ when_reached('held.held_date') }}) as changes_at
    from months
    inner join held on months.subject_id = held.subject_id
    group by months.subject_id, months.month_start_date
)

select
    months.subject_id,
    months.cohort_date,
    months.region_code,
    months.org_code,
    months.excluded_because,
    coalesce({{ since }}, false) as numerator_flag,
    cast(met.held_date as timestamp) as evidence_at,
    least(months.changes_at, met.changes_at) as changes_at,
    {{ no_cuts() }}
from months
left join met on months.subject_id = met.subject_id and months.month_start_date = met.month_start_date
where months.duty_code = 'joint_conference'
{% endmacro %}

{#- How many issues of each series a month asks for: a daily one on working days, a weekly one on Sundays. -#}
{% macro issues_asked() %}
select
    months.subject_id,
    months.region_code,
    months.org_code,
    months.month_start_date,
    months.cohort_date,
    months.changes_at,
    coalesce(months.excluded_because, case when months.issue_count = 0 then 'nothing_asked' end) as excluded_because,
    months.issue_count
from (
    select
        duty_months.*,
        case duty_months.duty_code
            when 'report_daily' then days.working_day_count
            when 'report_weekly' then days.sunday_count
            when 'report_half_monthly' then 2
            when 'report_monthly' then 1
            when 'report_quarterly'
                then case when extract(month from duty_months.cohort_date) in (3, 6, 9, 12) then 1 else 0 end
        end as issue_count
    from ({{ duty_months() }}) as duty_months
    inner join (
        select
            {{ month_start('calendar_date') }} as month_start_date,
            count(case when is_working_day then 1 end) as working_day_count,
            count(case when {{ iso_weekday('calendar_date') }} = 7 then 1 end) as sunday_count
        from {{ ref('int_calendar') }}
        group by {{ month_start('calendar_date') }}
    ) as days on duty_months.month_start_date = days.month_start_date
) as months
where months.issue_count is not null
{% endmacro %}
