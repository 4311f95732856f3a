{#- What variants share that are named after where they are used. Each says what its users do, not what is right. -#}
{% macro of_register() -%}
register_region_code as region_code,
register_org_code as org_code
{%- endmacro %}

{% macro of_responsible() -%}
responsible_region_code as region_code,
responsible_org_code as org_code
{%- endmacro %}

{#-
  Acceptance as Guangdong's system counts it: first items of petition offices that are to be counted, with 1 to
  9,999 persons, accepted at any level within days of 24 hours after registration. `of`: register or receiving.
-#}
{% macro accepted_within(days, of, litigation=false) %}
{%- set last_day = add_days('cast(registered_at as date)', days) -%}
select
    registration_id as subject_id,
    {{ last_day }} as cohort_date,
    {{ of }}_region_code as region_code,
    {{ of }}_org_code as org_code,
    case
        when not petition_office_flag then 'not_petition_office'
        when not coalesce(counted_flag, true) then 'not_counted'
        when not coalesce(first_flag, true) then 'repeat'
        {% if not litigation -%}
        when litigation_flag then 'litigation'
        {% endif -%}
        when person_count not between 1 and 9999 then 'person_count'
        when {{ last_day }} > {{ as_of_date() }} then 'not_yet_due'
    end as excluded_because,
    coalesce({{ seconds_between('registered_at', 'accepted_at') }} <= {{ days }} * 86400, false) as numerator_flag,
    accepted_at as evidence_at,
    {{ when_reached(last_day) }} as changes_at,
    {{ petition_cuts() }}
from {{ ref('fct_petitions') }}
{% if of == 'receiving' -%}
where unit_received_at is not null
{%- endif %}
{% endmacro %}

{#-
  First chances to evaluate the unit, whoever evaluated, in the month of the evaluation or else of the deadline.
  `left_out`: which of those not evaluated by as_of are no part of the denominator: window_open (still open),
  no_deadline (none says when it ends), not_evaluated (all).
-#}
{% macro evaluated_subjects(met, left_out) %}
select
    subject_id,
    case when evaluated_flag then cast(evidence_at as date) else cohort_date end as cohort_date,
    region_code,
    org_code,
    case
        when excluded_because = 'not_entitled' then 'not_entitled'
        {% for reason in left_out -%}
        when
            not evaluated_flag
            {% if reason != 'not_evaluated' %}and excluded_because = '{{ reason }}'{% endif %}
            then '{{ reason }}'
        {% endfor -%}
    end as excluded_because,
    coalesce(evaluated_flag and {{ met }}, false) as numerator_flag,
    evidence_at,
    least(changes_at, case when evidence_at > {{ as_of() }} then evidence_at end) as changes_at,
    {{ cut_columns() | join(', ') }}
from (
    select
        *,
        coalesce(evidence_at <= {{ as_of() }} and rating_code <> 'unmapped', false) as evaluated_flag
    from ({{ first_evaluations('unit') }}) as chances
) as evaluations
{% endmacro %}

{#- Visits with at least so many persons, each one batch. -#}
{% macro visits_of(least) %}
select
    registration_id as subject_id,
    cast(registered_at as date) as cohort_date,
    {{ of_register() }},
    cast(null as string) as excluded_because,
    true as numerator_flag,
    registered_at as evidence_at,
    cast(null as timestamp) as changes_at,
    {{ petition_cuts() }}
from {{ ref('fct_petitions') }}
where channel_code = 'visit' and person_count >= {{ least }}
{% endmacro %}

{#- Of a batch's cases at a month end, those that meet a condition, dated by one of their days. -#}
{% macro case_share(met, day) %}
select
    case_id as subject_id,
    cohort_date,
    place_region_code as region_code,
    responsible_org_code as org_code,
    case when moved_out_date <= cohort_date then 'moved_out' end as excluded_because,
    coalesce({{ met }}, false) as numerator_flag,
    cast({{ day }} as timestamp) as evidence_at,
    least(changes_at, {{ when_reached(day) }}, {{ when_reached('moved_out_date') }}) as changes_at,
    {{ case_cuts() }}
from ({{ case_months() }}) as months
{% endmacro %}

{#- Registrations that are due, closed by their due day; `only`: which of them. Closed late is not closed. -#}
{% macro closed_by_due_day(only) %}
select
    registration_id as subject_id,
    coalesce(closing_due_date, cast(registered_at as date)) as cohort_date,
    {{ of_responsible() }},
    case
        when closing_due_date is null then 'no_due_date'
        when closing_due_date > {{ as_of_date() }} then 'not_yet_due'
    end as excluded_because,
    coalesce(cast(closed_at as date) <= closing_due_date, false) as numerator_flag,
    closed_at as evidence_at,
    {{ when_reached('closing_due_date') }} as changes_at,
    {{ petition_cuts() }}
from {{ ref('fct_petitions') }}
where {{ only }}
{% endmacro %}

{#- Registrations of a month, closed by as_of; `only`: which of them, `flagged`: of those told to be first or not. -#}
{% macro closed_so_far(only='', flagged=false) %}
select
    registration_id as subject_id,
    cast(registered_at as date) as cohort_date,
    {{ of_responsible() }},
    {% if flagged -%}
    case when first_flag is null then 'flag_not_told' end as excluded_because,
    {%- else -%}
    cast(null as string) as excluded_because,
    {%- endif %}
    coalesce(closed_at <= {{ as_of() }}, false) as numerator_flag,
    closed_at as evidence_at,
    case when closed_at > {{ as_of() }} then closed_at end as changes_at,
    {{ petition_cuts() }}
from {{ ref('fct_petitions') }}
{% if only %}where {{ only }}{% endif %}
{% endmacro %}
