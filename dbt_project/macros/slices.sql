{#- True when this build goes on from the last one: loading the raw tables said so. -#}
{% macro goes_on() -%}
{%- if execute -%}
{{ return(adapter.get_relation(target.database, 'raw', 'build_before') is not none) }}
{%- endif -%}
{{ return(false) }}
{%- endmacro %}

{#-
  Slices: what is not kept but made for the fact that reads it. When the build goes on, a slice holds the
  rows of the subjects that are made again, and no others; when it starts anew, all. The rows told of
  them are found once a build and ledger, in int_<ledger>_told: no other model looks through history.
-#}
{% macro sliced() %}{{ return(model.resource_type == 'model' and goes_on()) }}{% endmacro %}

{#- References that a unit test need not give stand behind this: it never goes on. -#}
{% macro only_slice(column, kind, by='int_touched_subjects', keyword='where') -%}
{%- if model.resource_type == 'model' -%}
{%- set subjects = touched_subjects(kind, by) -%}
{%- if goes_on() -%}{{ keyword }} {{ column }} in {{ subjects }}{%- endif -%}
{%- endif -%}
{%- endmacro %}

{#- The same of what is printed: the figures of a kind that are made again (int_published_periods). -#}
{% macro only_periods(kind, keyword='where') -%}
{%- if model.resource_type == 'model' -%}
{%- set figures = touched_figures(kind, 'int_published_periods') -%}
{%- if goes_on() -%}{{ keyword }} (indicator_code, variant, period) in {{ figures }}{%- endif -%}
{%- endif -%}
{%- endmacro %}

{#- A slice that a fact is made of: kept until the cells have read it; when all is made, the fact has it all. -#}
{% materialization slice, default %}
{%- set kind = 'table' if goes_on() else 'view' -%}
{%- set of_engine = context.get('materialization_' ~ kind ~ '_' ~ target.type) -%}
{{ return((of_engine or context['materialization_' ~ kind ~ '_default'])()) }}
{% endmaterialization %}

{#- The rows told of the registrations that are made again; none when the build starts anew. -#}
{% macro told_slice(ledger) %}
{%- set touched = touched_subjects('registration', 'int_touched_subjects') -%}
with told as (
    select * from {{ ref('stg_' ~ ledger) }}
    {% if not goes_on() %}where 1 = 0{% endif %}
),

-- by the number alone first: joined with its register it is a new text for each row of history
likely as (
    select * from told
    where item_no in (select substr(subject_id, instr(subject_id, '|') + 1) from {{ touched }} as touched)
),

final as (
    select * from likely
    where registration_id in {{ touched }}
)

select * from final
{% endmacro %}

{#- What a ledger's versions are made of. -#}
{% macro told_rows(ledger) %}
{%- set staged = ref('stg_' ~ ledger) -%}
{%- if model.resource_type == 'model' -%}
{%- set told = ref('int_' ~ ledger ~ '_told') -%}
{%- if goes_on() -%}{{ return(told) }}{%- endif -%}
{%- endif -%}
{{ return(staged) }}
{% endmacro %}

{#- The versions of what is made again, where a build goes on; none when it starts anew. -#}
{% macro touched_versions(ledger) %}
{%- set versions = ref('int_' ~ ledger ~ '_versions') -%}
{%- set staged, told, retold = ref('stg_' ~ ledger), ref('int_' ~ ledger ~ '_told'), ref('int_' ~ ledger ~ '_retold') -%}
{%- set touched, answers = touched_subjects('registration', 'int_touched_subjects'), ref('int_name_answers') -%}
{%- set slices = {
    staged | string: told | string,
    retold | string: '(select * from ' ~ retold ~ ' where registration_id in ' ~ touched ~ ')'
} -%}
with final as (
    {% if goes_on() -%}
    select * from {{ query_over('int_' ~ ledger ~ '_versions', slices) }} as versions
    where registration_id in {{ touched }}
    {%- else -%}
    select * from {{ versions }}
    where 1 = 0
    {%- endif %}
)

select * from final
{% endmacro %}

{#- A ledger's versions: all, or of what is made again. -#}
{% macro versions_in_slice(ledger) %}
{%- set versions = ref('int_' ~ ledger ~ '_versions') -%}
{%- if model.resource_type == 'model' -%}
{%- set touched = ref('int_' ~ ledger ~ '_touched') -%}
{%- if goes_on() -%}{{ return(touched) }}{%- endif -%}
{%- endif -%}
{{ return(versions) }}
{% endmacro %}
