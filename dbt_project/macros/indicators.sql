{#-
  The one contract of every indicator view; see models/indicators/_indicators.yml.
  `from_relation`: the subjects with the columns of the contract but for the two names.
-#}
{% macro indicator(code, variant='project') %}
select
    '{{ code }}' as indicator_code,
    '{{ variant }}' as variant,
    subject_id,
    cohort_date,
    region_code,
    org_code,
    cast(case when excluded_because is null and numerator_flag then 1 else 0 end as decimal(18, 4)) as num,
    cast(case when excluded_because is null then 1 else 0 end as decimal(18, 4)) as den,
    excluded_because,
    evidence_at
from subjects
{% endmacro %}

{#- Participation and satisfaction share their subjects: first attempts, and why one is left out. -#}
{% macro first_evaluations(target) %}
select
    evaluations.registration_id as subject_id,
    coalesce(cast(evaluations.deadline_at as date), cast(petitions.registered_at as date)) as cohort_date,
    {% if target == 'unit' -%}
    petitions.responsible_region_code as region_code,
    petitions.responsible_org_code as org_code,
    {%- else -%}
    petitions.register_region_code as region_code,
    petitions.register_org_code as org_code,
    {%- endif %}
    case
        when not evaluations.entitled_flag then 'not_entitled'
        when evaluations.deadline_at is null then 'no_deadline'
        when cast(evaluations.deadline_at as date) > {{ as_of_date() }} then 'window_open'
    end as excluded_because,
    evaluations.self_evaluated_flag,
    evaluations.evaluator_type_code,
    evaluations.rating_code,
    evaluations.evaluated_at as evidence_at
from {{ ref('fct_evaluations') }} as evaluations
inner join {{ ref('fct_petitions') }} as petitions on evaluations.registration_id = petitions.registration_id
where evaluations.target_code = '{{ target }}' and evaluations.attempt_no = 1
{% endmacro %}

{#- Among valid self-evaluations, those with one of the ratings. -#}
{% macro satisfaction_subjects(target, ratings) %}
select
    subject_id,
    cohort_date,
    region_code,
    org_code,
    case
        when excluded_because is not null then excluded_because
        when self_evaluated_flag then null
        when evidence_at is not null and coalesce(evaluator_type_code, 'self') <> 'self' then 'evaluated_by_proxy'
        else 'not_evaluated'
    end as excluded_because,
    coalesce(rating_code in ({% for r in ratings %}'{{ r }}'{{ ', ' if not loop.last }}{% endfor %}), false) as numerator_flag,
    evidence_at
from ({{ first_evaluations(target) }}) as evaluations
{% endmacro %}

{#- A stock: each case at each month end from its issue to as_of. -#}
{% macro case_months() %}
select
    cases.*,
    least(last_day(calendar.calendar_date), {{ as_of_date() }}) as cohort_date
from {{ ref('fct_cases') }} as cases
inner join {{ ref('int_calendar') }} as calendar
    on
        extract(day from calendar.calendar_date) = 1
        and calendar.calendar_date >= {{ month_start('cases.issued_date') }}
        and calendar.calendar_date <= {{ as_of_date() }}
{% endmacro %}

{#- Every indicator view of the project, shipped or the home's, with its definition. -#}
{% macro indicator_views() %}
{%- set views = [] -%}
{%- if execute -%}
{%- for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | sort(attribute='name') -%}
{%- if 'indicator' in node.tags and node.name.startswith('ind_') -%}
{%- set meta = node.config.meta.get('indicator') -%}
{%- if not meta -%}
{{ exceptions.raise_compiler_error('指标 ' ~ node.name ~ ' 没有定义：请在它的 yml 的 config.meta.indicator 中写明名称、口径、依据和版本。') }}
{%- endif -%}
{%- set parts = node.name[4:].split('__') -%}
{%- do views.append({
    'code': parts[0], 'variant': parts[1] if parts | length > 1 else 'project', 'model': node.name,
    'description': node.description, 'name_zh': meta.name_zh, 'name_en': meta.name_en,
    'kind': meta.kind, 'unit': meta.unit, 'direction': meta.direction,
    'legal_basis': meta.legal_basis, 'clock': meta.clock, 'cohort': meta.cohort,
    'window': meta.window, 'cuts': meta.get('cuts', []), 'ledgers': meta.get('ledgers', []),
    'version': meta.version
}) -%}
{%- endif -%}
{%- endfor -%}
{%- endif -%}
{{ return(views) }}
{% endmacro %}

{% macro text(value) %}'{{ (value or '') | string | trim | replace("'", "''") }}'{% endmacro %}

{#- A rate from sums, never from rates; null without a denominator. Rounded: figures, not noise. -#}
{% macro rate(num, den) -%}
round(cast({{ num }} as double) / nullif(cast({{ den }} as double), 0), 6)
{%- endmacro %}

{#- 95% Wilson interval of num/den (Wilson 1927); `side` is -1 or 1. Rounded: figures, not noise. -#}
{% macro wilson(num, den, side) -%}
round(
    greatest(0, least(1, (
        cast({{ num }} as double) / nullif(cast({{ den }} as double), 0)
        + 1.920729 / nullif(cast({{ den }} as double), 0)
        + {{ side }} * 1.959964 * sqrt(
            (
                cast({{ num }} as double) * (cast({{ den }} as double) - cast({{ num }} as double))
                / nullif(cast({{ den }} as double), 0) + 0.960365
            )
        ) / nullif(cast({{ den }} as double), 0)
    ) / (1 + 3.841459 / nullif(cast({{ den }} as double), 0)))), 6
)
{%- endmacro %}

{#-
  Answered within a number of days of registration, for registers that carry the reply's time.
  `counted`: `date` (the first day not counted) or `timestamp` (days of 24 hours).
-#}
{% macro reply_within(code, variant, days, counted) %}
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        problem_region_code as region_code,
        register_org_code as org_code,
        case
            when {{ add_days('cast(registered_at as date)', days) }} > {{ as_of_date() }} then 'not_yet_due'
        end as excluded_because,
        {% if counted == 'date' -%}
        coalesce({{ days_between('registered_at', 'replied_at') }} <= {{ days }}, false) as numerator_flag,
        {%- else -%}
        coalesce({{ seconds_between('registered_at', 'replied_at') }} <= {{ days }} * 86400, false) as numerator_flag,
        {%- endif %}
        replied_at as evidence_at
    from {{ ref('fct_petitions') }}
)

{{ indicator(code, variant) }}
{% endmacro %}
