{#-
  What a build that goes on takes from the cells and adds to them. The indicator views are read over
  slices, the rows of touched subjects and of what is read with them, and never over the facts: once as the last
  build had them, at its instant, and once as they are now. A row of an indicator is a function of its own
  subject's rows and of those that share a key with them (macros/joined.sql).
-#}

{#- The query of a model, with other relations in the place of some that it reads. -#}
{% macro query_over(model_name, stand_ins) %}
{%- set found = graph.nodes.values() | selectattr('name', 'equalto', model_name) | first -%}
{%- set query = namespace(text=render(found.raw_code)) -%}
{%- for relation, stand_in in stand_ins.items() -%}
{%- set query.text = query.text | replace(relation, stand_in) -%}
{%- endfor -%}
{{ return('(' ~ query.text ~ ')') }}
{% endmacro %}

{#-
  The subjects of which a view is asked again: what news reached, and those whose instant in this very view has come.
  Of registrations and their evaluations a row is made of its own subject alone: who shares a key with it is passed over.
-#}
{% macro remade_in(view) %}
{%- set shipped, parts = indicator_facts(), view[4:].split('__') -%}
{%- set others = [] -%}
{%- for parent in parents_of(view) if 'made_of' not in shipped.get(parent, {}) and (parent in shipped or parent == 'dim_duty') %}{% do others.append(parent) %}{% endfor -%}
(
    select subject_id from {{ ref('int_touched_subjects') }}
    where
        (indicator_code is null{% if not others %} and subject_kind_code not in ('mate', 'linked'){% endif %})
        or (indicator_code = '{{ parts[0] }}' and variant = '{{ parts[1] if parts | length > 1 else 'project' }}')
)
{%- endmacro %}

{#- What changed in the rows of a view: those that it has now and had not (1), and those that it had (-1). -#}
{% macro changes_of(view, now, before) %}
{%- set cuts, told = declared_cuts(view), delta_columns() -%}
{%- set varying = told | reject('in', cut_columns() | reject('in', cuts) | list) | list -%}
{%- set remade = remade_in(view) %}
select
    {% for c in told -%}
    {{ c if c in varying else 'cast(null as string) as ' ~ c }},
    {% endfor -%}
    cast(sum(contribution_sign) as int) as contribution_sign
from (
    {% for stand_ins, sign in [(now, 1), (before, -1)] -%}
    select
        {{ varying | join(', ') }},
        {{ sign }} as contribution_sign
    from ({{ rows_of_view(view, query_over(view, stand_ins)) }}) as rows_of_view
    where subject_id in {{ remade }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
) as both_times
group by {{ varying | join(', ') }}
having sum(contribution_sign) <> 0
{% endmacro %}

{#- The models that a model reads. -#}
{% macro parents_of(name) %}
{%- set node = graph.nodes.get('model.' ~ project_name ~ '.' ~ name) if execute -%}
{{ return(node.depends_on.nodes | map('replace', 'model.' ~ project_name ~ '.', '') | list if node else []) }}
{% endmacro %}

{#-
  The views that may say something of the touched subjects: those of which a fact is reached, and those whose
  subjects come from elsewhere, as duties do from a rule.
-#}
{% macro reached_views(views) %}
{%- set reached = reached_facts() + ['dim_duty'] -%}
{%- set found = [] -%}
{%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name in views -%}
{%- set parents = parents_of(node.name) -%}
{%- if parents | select('in', reached) | list or not parents | select('in', indicator_facts()) | list -%}{%- do found.append(node.name) -%}{%- endif -%}
{%- endfor -%}
{{ return(found | sort) }}
{% endmacro %}

{% macro delta_columns() %}
{{ return(['indicator_code', 'variant', 'subject_id', 'cohort_date', 'region_code', 'org_code', 'num', 'den',
    'excluded_because', 'evidence_at', 'changes_at'] + cut_columns()) }}
{% endmacro %}

{% macro indicator_delta(views) %}
{%- set before, now = {ref('int_dials') | string: ref('int_built_dials') | string}, {} -%}
-- depends_on: {{ ref('int_calendar') }}, {{ ref('int_deadline_days') }}, {{ ref('int_deadline_rules_by_day') }}, {{ ref('dim_deadline_rule') }}, {{ ref('dim_organisation') }}, {{ ref('dim_duty') }}, {{ ref('dim_region_closure') }}, {{ ref('dim_region') }}
{% for view in views %}-- depends_on: {{ ref(view) }}
{% endfor -%}
{%- set reached, passed_over = (reached_views(views), passed_over_facts()) if goes_on() else ([], []) %}
with {% for fact, shape in indicator_facts().items() -%}
{%- do before.update({ref(fact) | string: rows_before(fact, shape, passed_over) | string}) -%}
{%- do now.update({ref(fact) | string: 'now_' ~ fact}) -%}
now_{{ fact }} as (
    {{ fact_now(fact, shape, before[ref(fact) | string]) }}
),

{% endfor -%}
final as (
    {% if reached -%}
    {% for view in reached -%}
    {{ changes_of(view, now, before) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
    {%- else -%}
    select {{ no_indicator_row() }}
    where 1 = 0
    {%- endif %}
)

select * from final
{% endmacro %}

{#- The columns of the delta without a row: there is nothing to change when a build starts anew. -#}
{% macro no_indicator_row() -%}
{%- set types = {
    'cohort_date': 'date', 'evidence_at': 'timestamp', 'changes_at': 'timestamp',
    'num': 'decimal(18, 4)', 'den': 'decimal(18, 4)'
} -%}
{% for c in delta_columns() -%}
cast(null as {{ types.get(c, 'string') }}) as {{ c }},
{% endfor -%}
cast(null as int) as contribution_sign
{%- endmacro %}
