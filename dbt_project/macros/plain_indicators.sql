{#-
  What the indicators of plain ledgers share. Their subjects are the objects in force; one that is cut names its
  column: cut_values({'tag_code': 'tag_code'}).
-#}
{% macro no_cuts() %}{{ cut_values() }}{% endmacro %}

{#- The columns of an organ of a plain fact, as an indicator's: `organ` is the column without _org_code. -#}
{% macro of_organ(organ) -%}
{{ organ }}_org_region_code as region_code,
{{ organ }}_org_code as org_code
{%- endmacro %}

{#-
  Of the objects of a plain ledger that were due, those done by the day: in the month of the day. Days are told in
  the ledger or `due` is a rule over its columns. `dated`: the month of what has no due day. `undone`: the day
  from which `done` may be none any more.
-#}
{% macro done_by_due(ledger, due, done, organ, dated, only='', undone='') %}
select
    subject_id,
    coalesce({{ due }}, {{ dated }}) as cohort_date,
    {{ of_organ(organ) }},
    case
        when {{ due }} is null then 'no_due_date'
        when {{ due }} > {{ as_of_date() }} then 'not_yet_due'
    end as excluded_because,
    coalesce({{ done }} <= {{ due }}, false) as numerator_flag,
    cast({{ done }} as timestamp) as evidence_at,
    {% if undone -%}
    least({{ when_reached(due) }}, {{ when_reached(undone) }}) as changes_at,
    {%- else -%}
    {{ when_reached(due) }} as changes_at,
    {%- endif %}
    {{ no_cuts() }}
from {{ ref('fct_' ~ ledger) }}
where in_force_flag {% if only %}and {{ only }}{% endif %}
{% endmacro %}

{#-
  Of the objects of a plain ledger begun in a month, those that had come so far by as_of. What is told today of
  today is begun after the as_of of a nightly run: its row is there to say from when it counts.
-#}
{% macro done_by_now(ledger, begun, done, organ, only='', met='true') %}
select
    subject_id,
    {{ begun }} as cohort_date,
    {{ of_organ(organ) }},
    case when {{ begun }} > {{ as_of_date() }} then 'not_yet_begun' end as excluded_because,
    coalesce({{ done }} <= {{ as_of_date() }} and {{ met }}, false) as numerator_flag,
    cast({{ done }} as timestamp) as evidence_at,
    coalesce({{ when_reached(begun) }}, {{ when_reached(done) }}) as changes_at,
    {{ no_cuts() }}
from {{ ref('fct_' ~ ledger) }}
where in_force_flag and {{ begun }} is not null {% if only %}and {{ only }}{% endif %}
{% endmacro %}

{#- The days of a review's hearing, which its term does not count; none when they are told in the wrong order. -#}
{% macro hearing_days() -%}
greatest(coalesce({{ days_between('reviews.hearing_from_date', 'reviews.hearing_to_date') }} + 1, 0), 0)
{%- endmacro %}

{#- Units on a list of assessments: passed by as_of, and not revoked since. -#}
{% macro creation_subjects(only='') %}
select
    subject_id,
    assessed_date as cohort_date,
    unit_region_code as region_code,
    assessing_org_code as org_code,
    cast(null as string) as excluded_because,
    coalesce(
        passed_flag and (revoked_date is null or revoked_date > {{ as_of_date() }}), false
    ) as numerator_flag,
    cast(assessed_date as timestamp) as evidence_at,
    {{ when_reached('revoked_date') }} as changes_at,
    {{ no_cuts() }}
from {{ ref('fct_creation_assessments') }}
where in_force_flag {% if only %}and {{ only }}{% endif %}
{% endmacro %}

{#- Visits after closing that the petitioner rated: 满意 alone counts. -#}
{% macro return_visit_subjects(only='') %}
select
    subject_id,
    visited_date as cohort_date,
    {{ of_organ('handling') }},
    case
        when rating_code is null then 'not_rated'
        when coalesce(evaluator_code, '') <> 'self' then 'evaluated_by_proxy'
    end as excluded_because,
    coalesce(rating_code = 'satisfied', false) as numerator_flag,
    cast(visited_date as timestamp) as evidence_at,
    cast(null as timestamp) as changes_at,
    {{ no_cuts() }}
from {{ ref('fct_return_visits') }}
where in_force_flag {% if only %}and {{ only }}{% endif %}
{% endmacro %}

{#-
  Objects of a plain ledger that carry numbers, of the month in which they happened: `of` them (persons, yuan,
  matters listed) are the denominator, `done` of them the numerator; without `done` both are the number itself.
-#}
{% macro amounts_by_now(ledger, happened, organ, of, done='', only='') %}
select
    subject_id,
    {{ happened }} as cohort_date,
    {{ of_organ(organ) }},
    case
        when {{ happened }} > {{ as_of_date() }} then 'not_yet_begun'
        when coalesce({{ of }}, 0) = 0 then 'number_not_told'
        {% if done -%}
        when {{ done }} > {{ of }} then 'more_done_than_all'
        {%- endif %}
    end as excluded_because,
    coalesce({{ done or of }}, 0) as done_count,
    {{ of }} as of_count,
    cast({{ happened }} as timestamp) as evidence_at,
    {{ when_reached(happened) }} as changes_at,
    {{ no_cuts() }}
from {{ ref('fct_' ~ ledger) }}
where in_force_flag and {{ happened }} is not null {% if only %}and {{ only }}{% endif %}
{% endmacro %}
