{#-
  Many declared tests (those in the yml beside the models) as one node of a build: a node costs dbt more than most of
  their queries. Which are asked is written by orchestration.selection. They are asked one after the other, so one alone
  needs memory; a row for each that found something says its name, its severity and of how many rows, never a value.
-#}
{% macro declared(asked) -%}
{%- set found = [] -%}
{%- for unique_id in asked if execute -%}
{%- set test = graph.nodes[unique_id] -%}
{%- set failing_count = run_query('select count(*) from (' ~ declared_query(test) ~ ') as failing')[0][0] -%}
{%- if failing_count -%}
{%- do found.append("('" ~ test.name ~ "', '" ~ test.config.severity | lower ~ "', " ~ failing_count ~ ')') -%}
{%- endif -%}
{%- endfor -%}
select test_name, severity_code, failing_count
from (values {{ found | join(', ') or "('', '', 0)" }}) as found(test_name, severity_code, failing_count)
where failing_count > 0
{%- endmacro %}

{#- The query of a declared test, with the arguments that its yml gives: `to` is a reference written as text. -#}
{% macro declared_query(test) -%}
{%- set tested = ref(graph.nodes[test.attached_node].name) -%}
{%- set arguments = dict(test.test_metadata.kwargs, model=get_where_subquery(tested)) -%}
{%- if 'to' in arguments -%}
{%- do arguments.update({'to': ref(arguments.to.split("'")[1])}) -%}
{%- endif -%}
{{ return(context['test_' ~ test.test_metadata.name](**arguments)) }}
{%- endmacro %}
