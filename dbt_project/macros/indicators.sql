{#-
  The one contract of every indicator view; see models/indicators/_indicators.yml. Reads the CTE `subjects`:
  the columns of the contract but for the two names, with numerator_flag in the place of num and den, and
  the values by which a subject may be cut (petition_cuts, case_cuts). `num`, `den`: columns to add up, persons or
  an amount, in the place of counting the subjects.
-#}
{% macro indicator(code, variant='project', num='', den='') %}
select
    '{{ code }}' as indicator_code,
    '{{ variant }}' as variant,
    subject_id,
    cohort_date,
    region_code,
    org_code,
    {% if num -%}
    cast(case when excluded_because is null then {{ num }} else 0 end as decimal(18, 4)) as num,
    cast(case when excluded_because is null then {{ den }} else 0 end as decimal(18, 4)) as den,
    {%- else -%}
    cast(case when excluded_because is null and numerator_flag then 1 else 0 end as decimal(18, 4)) as num,
    cast(case when excluded_because is null then 1 else 0 end as decimal(18, 4)) as den,
    {%- endif %}
    excluded_because,
    evidence_at,
    cast(changes_at as timestamp) as changes_at,
    {{ cut_columns() | join(', ') }}
from subjects
{% endmacro %}

{#- The values by which a subject may be cut, a column a cut (see cut_columns): null where none is given. -#}
{% macro cut_values(given={}) -%}
{% for cut in cut_columns() %}{{ given.get(cut, 'cast(null as string)') }} as {{ cut }}{{ ',\n' if not loop.last }}{% endfor %}
{%- endmacro %}

{% macro petition_cuts(of='') -%}
{%- set of = of ~ '.' if of else '' -%}
{{ cut_values({
    'channel_code': of ~ 'channel_code',
    'register_level_code': of ~ 'register_level_code',
    'category_code': "case when " ~ of ~ "category_code like 'unmapped:%' then 'unmapped' else " ~ of ~ "category_code end"
}) }}
{%- endmacro %}

{#- `leader`: the level of the leader in charge, of the indicators that know one. -#}
{% macro case_cuts(of='', leader='') -%}
{%- set given = {'batch_no': (of ~ '.' if of else '') ~ 'batch_no'} -%}
{%- if leader %}{% do given.update({'leader_level_code': leader}) %}{% endif -%}
{{ cut_values(given) }}
{%- endmacro %}

{#-
  From when an indicator row would say something else though nothing is told: the first instant
  after as_of at which a day that it waits for begins; null when it waits for none.
-#}
{% macro when_reached(day) -%}
case when cast({{ day }} as date) > {{ as_of_date() }} then cast(cast({{ day }} as date) as timestamp) end
{%- endmacro %}

{#- Where the problem of a registration is; a place that no list knows is no region. -#}
{% macro of_problem_place(of='') -%}
{%- set place = (of ~ '.' if of else '') ~ 'problem_region_code' -%}
case when {{ place }} not like 'unmapped:%' then {{ place }} end as region_code
{%- endmacro %}

{#- Accepted registrations under the clock of the reply, answered in time; `placed`: which region they are of. -#}
{% macro replied_by_due(placed) %}
select
    registration_id as subject_id,
    coalesce(reply_due_date, cast(registered_at as date)) as cohort_date,
    {{ placed }},
    accepting_org_code as org_code,
    case
        when regime_code = '2022' and statutory_path is null then 'path_unknown'
        when regime_code = '2022' and statutory_path <> 6 then 'not_path_6'
        when reply_due_date is null then 'no_due_date'
        when effective_reply_due_date > {{ as_of_date() }} then 'not_yet_due'
    end as excluded_because,
    coalesce(cast(opinion_served_at as date) <= effective_reply_due_date, false) as numerator_flag,
    opinion_served_at as evidence_at,
    {{ when_reached('effective_reply_due_date') }} as changes_at,
    {{ petition_cuts() }}
from {{ ref('fct_petitions') }}
where accepted_at is not null
{% endmacro %}

{#- Participation and satisfaction share their subjects: first attempts of what was registered, and why one is left out. -#}
{% macro first_evaluations(target) %}
select
    registration_id as subject_id,
    coalesce(cast(deadline_at as date), cast(registered_at as date)) as cohort_date,
    {% if target == 'unit' -%}
    responsible_region_code as region_code,
    responsible_org_code as org_code,
    {%- else -%}
    register_region_code as region_code,
    register_org_code as org_code,
    {%- endif %}
    case
        when not entitled_flag then 'not_entitled'
        when deadline_at is null then 'no_deadline'
        when cast(deadline_at as date) > {{ as_of_date() }} then 'window_open'
    end as excluded_because,
    self_evaluated_flag,
    evaluator_type_code,
    rating_code,
    evaluated_at as evidence_at,
    {{ when_reached('deadline_at') }} as changes_at,
    {{ petition_cuts() }}
from {{ ref('fct_evaluations') }}
where target_code = '{{ target }}' and attempt_no = 1 and registered_at is not null
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
    evidence_at,
    changes_at,
    {{ cut_columns() | join(', ') }}
from ({{ first_evaluations(target) }}) as evaluations
{% endmacro %}

{#- Registrations of demands that the register calls first. `only`: a condition on the registration. -#}
{% macro first_demands(only='') %}
select
    registration_id as subject_id,
    cast(registered_at as date) as cohort_date,
    {{ of_register() }},
    case when first_flag is null then 'flag_not_told' end as excluded_because,
    true as numerator_flag,
    registered_at as evidence_at,
    cast(null as timestamp) as changes_at,
    {{ petition_cuts() }}
from {{ ref('fct_petitions') }}
where purpose_code = 'demand' and coalesce(first_flag, true) {% if only %}and {{ only }}{% endif %}
{% endmacro %}

{#-
  A stock: each case at each month end from its issue to as_of; the last one moves with as_of, within
  the month and its cell. changes_at: when the next month begins; an indicator adds the days it waits for.
-#}
{% macro case_months() %}
select
    cases.*,
    least(last_day(calendar.calendar_date), {{ as_of_date() }}) as cohort_date,
    {{ when_reached(add_days('last_day(' ~ as_of_date() ~ ')', 1)) }} as changes_at
from {{ ref('fct_cases') }} as cases
inner join {{ ref('int_calendar') }} as calendar
    on
        extract(day from calendar.calendar_date) = 1
        and calendar.calendar_date >= {{ month_start('cases.issued_date') }}
        and calendar.calendar_date <= {{ as_of_date() }}
{% endmacro %}

{#- By which region the cells of an indicator are: one rule for each, said in its definition. -#}
{% macro attributions() %}{{ return(['register', 'responsible', 'problem', 'place', 'organ', 'areas']) }}{% endmacro %}

{#- Which of the five sides of petition work under law an indicator is of (信访工作法治化); of volumes none. -#}
{% macro axes() %}{{ return(['prevention', 'acceptance', 'handling', 'supervision', 'order', 'none']) }}{% endmacro %}

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
{%- for parent in node.depends_on.nodes if '.fct_' in parent and parent.split('.')[-1] not in indicator_facts() -%}
{{ exceptions.raise_compiler_error('指标 ' ~ node.name ~ ' 读了 ' ~ parent.split('.')[-1] ~ '：它没有上次建成时的样子，接着建就算不对。请改读 '
    ~ (indicator_facts() | join('、')) ~ '；办理动作的时刻在 fct_petitions 中。') }}
{%- endfor -%}
{%- set facts = [] -%}
{%- for parent in node.depends_on.nodes if '.fct_' in parent %}{% do facts.append(parent.split('.')[-1]) %}{% endfor -%}
{%- do refuse_unjoined(node.name, facts) -%}
{%- if meta.get('attribution') not in attributions() -%}
{{ exceptions.raise_compiler_error('指标 ' ~ node.name ~ ' 没有写明它的数字归哪个地区：请在 config.meta.indicator 的 attribution 中写 '
    ~ (attributions() | join('、')) ~ ' 之一（登记机关、责任单位、问题属地、积案属地、所列机构各自所在的地区，或者事项到过的各地区）。') }}
{%- endif -%}
{%- if meta.get('axis', 'none') not in axes() -%}
{{ exceptions.raise_compiler_error('指标 ' ~ node.name ~ ' 的 axis 写作 ' ~ meta.axis ~ '：请在 config.meta.indicator 中写 ' ~ (axes() | join('、'))
    ~ ' 之一（预防、受理、办理、监督追责、维护秩序，或者都不是）。') }}
{%- endif -%}
{%- set parts = node.name[4:].split('__') -%}
{%- do views.append({
    'code': parts[0], 'variant': parts[1] if parts | length > 1 else 'project', 'model': node.name,
    'description': node.description, 'name_zh': meta.name_zh, 'name_en': meta.name_en,
    'kind': meta.kind, 'unit': meta.unit, 'direction': meta.direction, 'attribution': meta.attribution,
    'axis': meta.get('axis', 'none'),
    'legal_basis': meta.legal_basis, 'clock': meta.clock, 'cohort': meta.cohort,
    'clock_codes': meta.get('clock_codes', []), 'window': meta.window, 'sums': meta.get('sums'), 'declared_only': meta.get('declared_only', false), 'cuts': meta.get('cuts', []), 'ledgers': meta.get('ledgers', []),
    'not_shown_zh': meta.get('not_shown_zh'), 'not_shown_en': meta.get('not_shown_en'), 'version': meta.version
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
        {{ of_problem_place() }},
        register_org_code as org_code,
        case
            when {{ add_days('cast(registered_at as date)', days) }} > {{ as_of_date() }} then 'not_yet_due'
        end as excluded_because,
        {% if counted == 'date' -%}
        coalesce({{ days_between('registered_at', 'replied_at') }} <= {{ days }}, false) as numerator_flag,
        {%- else -%}
        coalesce({{ seconds_between('registered_at', 'replied_at') }} <= {{ days }} * 86400, false) as numerator_flag,
        {%- endif %}
        replied_at as evidence_at,
        {{ when_reached(add_days('cast(registered_at as date)', days)) }} as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator(code, variant) }}
{% endmacro %}
