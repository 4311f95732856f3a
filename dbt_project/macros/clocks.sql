{#- Terms as rules; see dim_deadline_rule. A span is a number of days of one kind, as one number to join by. -#}
{% macro span_no(day_count, day_kind_code) -%}
{{ day_count }} * 10 + case {{ day_kind_code }} when 'calendar' then 0 when 'working' then 1 else 2 end
{%- endmacro %}

{#- The clocks of a registration, each with the column of its span. -#}
{% macro clock_spans() %}
{{ return({
    'office_forward': 'office_span_no', 'unit_notice': 'unit_span_no', 'closing': 'reply_span_no',
    'extension': 'extension_span_no', 'objection': 'objection_span_no'
}) }}
{% endmacro %}

{#- The span of each clock among the rules of a day: that of the short way before that of every way. -#}
{% macro spans_of_rules() -%}
{%- for clock, name in clock_spans().items() -%}
coalesce(
    max(case when rules.clock_code = '{{ clock }}' and rules.procedure_code is not null then rules.span_no end),
    max(case when rules.clock_code = '{{ clock }}' and rules.procedure_code is null then rules.span_no end)
) as {{ name }}{{ ',' if not loop.last }}
{% endfor %}
{%- endmacro %}

{#- True when a rule is in force for some registrations only: loading the raw tables said so. -#}
{% macro special_deadlines() -%}
{%- if execute -%}
{{ return(adapter.get_relation(target.database, 'raw', 'special_deadlines') is not none) }}
{%- endif -%}
{{ return(false) }}
{%- endmacro %}

{#-
  The registrations of a CTE with the span of each of their terms: by the day of registration, unless a rule for
  some registrations only fits; of several such the most special one, then the one of the nearest region, of the
  short way, the latest.
-#}
{% macro with_terms(steps) %}
select
    {{ steps }}.*,
    rules_by_day.regime_code,
    {% for name in clock_spans().values() -%}
    {% if special_deadlines() -%}
    coalesce(special.{{ name }}, rules_by_day.{{ name }}) as {{ name }}
    {%- else -%}
    rules_by_day.{{ name }}
    {%- endif %}{{ ',' if not loop.last }}
    {% endfor %}
from {{ steps }}
left join {{ ref('int_deadline_rules_by_day') }} as rules_by_day
    on
        cast({{ steps }}.registered_at as date) = rules_by_day.registered_date
        and {{ steps }}.short_flag = rules_by_day.short_flag
{% if special_deadlines() -%}
left join ({{ special_terms(steps) }}) as special
    on
        cast({{ steps }}.registered_at as date) = special.registered_date
        and {{ steps }}.register_org_code = special.register_org_code
        and coalesce({{ steps }}.category_code, '') = special.category_code
        and coalesce({{ steps }}.statutory_path, 0) = special.statutory_path
        and {{ steps }}.short_flag = special.short_flag
{%- endif %}
{% endmacro %}

{#- The spans by the special rules, a row for each kind of registration that one fits. -#}
{% macro special_terms(steps) %}
{%- set scope = ['registered_date', 'register_org_code', 'category_code', 'statutory_path', 'short_flag'] | join(', ') -%}
with special_rules as (
    select * from {{ ref('dim_deadline_rule') }}
    where valid_from is not null and special_rank > 0 and clock_code <> 'tier_forward'
),

scopes as (
    select distinct
        cast({{ steps }}.registered_at as date) as registered_date,
        {{ steps }}.register_org_code,
        organisations.region_code,
        coalesce(organisations.level_code, '') as level_code,
        coalesce({{ steps }}.category_code, '') as category_code,
        coalesce({{ steps }}.statutory_path, 0) as statutory_path,
        {{ steps }}.short_flag
    from {{ steps }}
    left join {{ ref('dim_organisation') }} as organisations
        on {{ steps }}.register_org_code = organisations.org_code
),

fitting as (
    select
        scopes.*,
        special_rules.clock_code,
        special_rules.span_no,
        special_rules.special_rank,
        special_rules.procedure_code,
        special_rules.valid_from,
        special_rules.rule_code,
        closure.distance
    from scopes
    inner join special_rules
        on
            scopes.registered_date between special_rules.valid_from and special_rules.valid_to
            and coalesce(special_rules.org_code, scopes.register_org_code) = scopes.register_org_code
            and coalesce(special_rules.category_code, scopes.category_code) = scopes.category_code
            and coalesce(special_rules.level_code, scopes.level_code) = scopes.level_code
            and coalesce(special_rules.statutory_path, scopes.statutory_path) = scopes.statutory_path
            and (special_rules.procedure_code is null or scopes.short_flag)
    left join {{ ref('dim_region_closure') }} as closure
        on special_rules.region_code = closure.ancestor_code and scopes.region_code = closure.descendant_code
    where special_rules.region_code is null or closure.ancestor_code is not null
),

ranked as (
    select
        *,
        row_number() over (
            partition by {{ scope }}, clock_code
            order by
                special_rank desc, distance asc nulls last, procedure_code asc nulls last, valid_from desc,
                rule_code asc
        ) as rule_rank
    from fitting
)

select
    {{ scope }},
    {% for clock, name in clock_spans().items() -%}
    max(case when clock_code = '{{ clock }}' then span_no end) as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
from ranked
where rule_rank = 1
group by {{ scope }}
{% endmacro %}

{#-
  When a registration was answered: by one opinion on the whole, or when the last of its demands was, each by
  itself. As many demands as the register says, or as the highest number that an event names.
-#}
{% macro all_demands_served() -%}
least(
            milestones.whole_served_at,
            case
                when
                    milestones.ended_demand_count
                    >= greatest(coalesce(registrations.demand_count, 1), milestones.highest_demand_no)
                    then milestones.last_demand_ended_at
            end
        )
{%- endmacro %}

{#- Where an office tells a due date that it may tell otherwise later: versions, their subject, the column. -#}
{% macro told_due_dates() %}
{%- set found = [
    {'ledger': 'petition_register', 'of': ref('int_petition_register_retold'), 'subject': 'registration_id', 'due': 'due_at'},
    {'ledger': 'backlog_batches', 'of': ref('int_backlog_batches_versions'), 'subject': 'batch_no', 'due': 'due_date'},
    {'ledger': 'leader_assignments', 'of': ref('int_leader_assignments_versions'),
     'subject': "office_code || '|' || assignment_no", 'due': 'due_date'},
] -%}
{%- for ledger, shape in plain_ledgers().items() -%}
{%- for column in shape.content if column.endswith('due_date') -%}
{%- do found.append({'ledger': ledger, 'of': ref('fct_' ~ ledger), 'subject': 'subject_id', 'due': column, 'plain': true}) -%}
{%- endfor -%}
{%- endfor -%}
{{ return(found) }}
{% endmacro %}

{#- Every version of every told due date, beside the one that the same office told before. -#}
{% macro due_date_versions() %}
{%- for told in told_due_dates() %}
{%- set office = 'told_by_office_code' if told.plain else 'office_code' %}
select
    '{{ told.ledger }}' as ledger,
    '{{ told.due }}' as due_column,
    {{ told.subject }} as subject_id,
    {{ office }} as told_by_office_code,
    version_no,
    {% if told.plain -%}
    cast(null as bigint) as known_from_sequence,
    known_from_at,
    {%- else -%}
    valid_from_sequence as known_from_sequence,
    cast(null as timestamp) as known_from_at,
    {%- endif %}
    cast({{ told.due }} as date) as due_date,
    lag(cast({{ told.due }} as date)) over (
        partition by {{ office }}, {{ told.subject }}
        order by version_no
    ) as due_date_before,
    delivery_sequence,
    sheet_no,
    row_no
from {{ told.of }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endmacro %}

{#- The steps of a registration that have a term each, in their order: what done, when, by when. -#}
{% macro steps_with_terms() %}
{{ return([
    {'clock': 'office', 'name': '转送、交办', 'done': 'forwarded_at', 'due': 'office_due_date'},
    {'clock': 'unit', 'name': '告知受理', 'done': 'unit_noticed_at', 'due': 'unit_due_date'},
    {'clock': 'reply', 'name': '答复', 'done': 'replied_at', 'due': 'coalesce(effective_reply_due_date, reply_due_date)'},
]) }}
{% endmacro %}

{#- Each step that was done, a row each, of the registrations of a relation. -#}
{% macro steps_done(petitions) %}
{%- for step in steps_with_terms() %}
select
    registration_id,
    '{{ step.clock }}' as clock_code,
    cast({{ step.done }} as date) as done_date,
    {{ step.due }} as due_date
from {{ petitions }}
where {{ step.done }} is not null
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endmacro %}

{#- What is done by the end of a clock, in words. -#}
{% macro step_name(clock) -%}
case {{ clock }}{% for step in steps_with_terms() %} when '{{ step.clock }}' then '{{ step.name }}'{% endfor %} end
{%- endmacro %}
