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
        and reviews.opinion_date >= cast(coalesce(petitions.opinion_served_at, petitions.closed_at) as date)
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
  Every organ's duty in every month on whose last day it holds, from its first to the one that runs; that one does
  not count before its last day has come.
-#}
{% macro duty_months() %}
select
    duties.duty_id as subject_id,
    duties.duty_code,
    duties.org_region_code as region_code,
    duties.org_code,
    calendar.calendar_date as month_start_date,
    last_day(calendar.calendar_date) as cohort_date,
    case when last_day(calendar.calendar_date) > {{ as_of_date() }} then 'not_yet_due' end as excluded_because,
    coalesce(
        {{ when_reached('last_day(calendar.calendar_date)') }},
        {{ when_reached(add_days('last_day(calendar.calendar_date)', 1)) }}
    ) as changes_at
from {{ ref('dim_duty') }} as duties
inner join {{ ref('int_calendar') }} as calendar
    on
        extract(day from calendar.calendar_date) = 1
        and last_day(calendar.calendar_date) between duties.valid_from and duties.valid_to
        and calendar.calendar_date <= greatest({{ as_of_date() }}, duties.valid_from)
{% endmacro %}

{#- How many issues of each series a month asks for: a daily one on working days, a weekly one on Sundays. -#}
{% macro issues_asked() %}
select * from (
    select
        months.*,
        case months.duty_code
            when 'report_daily' then days.working_day_count
            when 'report_weekly' then days.sunday_count
            when 'report_half_monthly' then 2
            when 'report_monthly' then 1
            when 'report_quarterly'
                then case when extract(month from months.cohort_date) in (3, 6, 9, 12) then 1 else 0 end
        end as issue_count
    from ({{ duty_months() }}) as months
    inner join (
        select
            {{ month_start('calendar_date') }} as month_start_date,
            count(case when is_working_day then 1 end) as working_day_count,
            count(case when {{ iso_weekday('calendar_date') }} = 7 then 1 end) as sunday_count
        from {{ ref('int_calendar') }}
        group by {{ month_start('calendar_date') }}
    ) as days on months.month_start_date = days.month_start_date
) as asked
where issue_count > 0
{% endmacro %}
