{#-
  Building on: a model of what was told is kept from the last finished build, and only the rows of
  subjects that something new reached are made again. Which those are is said in one place, by
  int_touched and the models after it. Such a model says in its config
    materialized='incremental', unique_key=<column or columns>, meta={'touched': {'by': <relation>, 'kind': <kind>}}
  and reads its parents through only_touched(); the strategy below takes out every row of a touched
  subject, also of one that is no more, and puts in what was made.
-#}
{% macro touched_subjects(kind, by='int_touched') -%}
(select subject_id from {{ ref(by) }}{% if kind %} where subject_kind_code = '{{ kind }}'{% endif %})
{%- endmacro %}

{#- Figures are made again by definition and period: one row that moves leaves the other indicators alone. -#}
{% macro by_figure() %}{{ return(['indicator_code', 'variant', 'period']) }}{% endmacro %}

{#- The touched subjects or keys of a model kept from the last build, as its config names them. -#}
{% macro touched_keys(key, touched, relation) -%}
select distinct {{ key | join(', ') if key is not string else 'subject_id as ' ~ key }} from {{ relation }}
{%- if touched.get('kind') %} where subject_kind_code = '{{ touched.kind }}'{% endif %}
{%- endmacro %}

{#- True when this model goes on from the last build. A unit test has no relation of its own: it never does. -#}
{% macro builds_on() %}{{ return(model.resource_type == 'model' and is_incremental()) }}{% endmacro %}

{#- The condition that two relations agree in every one of some columns. -#}
{% macro same(one, other, columns) -%}
{% for c in columns %}{{ one }}.{{ c }} = {{ other }}.{{ c }}{{ ' and ' if not loop.last }}{% endfor %}
{%- endmacro %}

{#- The reference stands outside the condition: dbt must see it when it parses. A unit test never goes on. -#}
{% macro only_touched(column, kind=none, by='int_touched', keyword='where') -%}
{%- if model.resource_type == 'model' -%}
{%- set subjects = touched_subjects(kind, by) -%}
{%- if builds_on() -%}{{ keyword }} {{ column }} in {{ subjects }}{%- endif -%}
{%- endif -%}
{%- endmacro %}

{#- The same of what is kept by by_figure(). `period`: how the model that is read says the period. -#}
{% macro only_touched_figures(period='period', kind=none, by='int_touched_periods', keyword='where') -%}
{%- if model.resource_type == 'model' -%}
{%- set figures = touched_figures(kind, by) -%}
{%- if builds_on() -%}{{ keyword }} (indicator_code, variant, {{ period }}) in {{ figures }}{%- endif -%}
{%- endif -%}
{%- endmacro %}

{% macro touched_figures(kind, by) -%}
(select indicator_code, variant, period from {{ ref(by) }}{% if kind %} where subject_kind_code = '{{ kind }}'{% endif %})
{%- endmacro %}

{#-
  The subjects of a ledger's rows that news reached: told by a new or a withdrawn delivery,
  holding a name that was answered, or chosen among by a precedence rule that turned.
  Reads the CTEs news, answered_names and turned_rules of int_touched. Each way is a join of its own:
  where nothing was answered or turned, the ledger is not read but for its news.
-#}
{% macro reached_subjects(ledger, by_rule=false) %}
{%- set shape = told_ledger(ledger) -%}
select rows_told.{{ shape.subject }} as subject_id
from {{ staged(ledger) }} as rows_told
inner join news on rows_told.delivery_sequence = news.delivery_sequence
{% for column, role in shape.names.items() -%}
union
select rows_told.{{ shape.subject }} as subject_id
from {{ staged(ledger) }} as rows_told
inner join answered_names on rows_told.{{ column }} = answered_names.stand_in and answered_names.role_code = '{{ role }}'
{% endfor -%}
{% if by_rule -%}
union
select rows_told.{{ shape.subject }} as subject_id
from {{ staged(ledger) }} as rows_told
cross join turned_rules
{%- endif %}
{% endmacro %}
