{#-
  The incremental strategy `touched` on each engine: every row of a touched subject is taken out, also
  of one that is no more, and what was made is put in. See macros/touched.sql.
-#}
{% macro take_out_touched(target) %}
{%- set touched = config.get('meta')['touched'] -%}
{%- set key = config.get('unique_key') -%}
{% if key is string -%}
delete from {{ target }} where {{ key }} in {{ touched_subjects(touched.get('kind'), touched['by']) }}
{%- else -%}
delete from {{ target }} using ({{ touched_keys(key, touched, ref(touched['by'])) }}) as touched
where {{ same(target, 'touched', key) }}
{%- endif -%}
{% endmacro %}

{#-
  The strategy `added`: what was made are changes of sums, told apart by the key. Each is added to what stands, and a sum
  of nobody (config `added`: the columns that add up, the last of them counts) is taken out.
-#}
{% macro add_up(target, changes) %}
{%- set key, added = config.get('unique_key'), config.get('meta')['added'] -%}
merge into {{ target }} as standing
using {{ changes }} as changes
on {{ same('standing', 'changes', key) }}
when matched and standing.{{ added[-1] }} + changes.{{ added[-1] }} = 0 then delete
when matched then update set {% for c in added %}{{ c }} = standing.{{ c }} + changes.{{ c }}{{ ', ' if not loop.last }}{% endfor %}
when not matched then insert ({{ (key + added) | join(', ') }})
values ({% for c in key + added %}changes.{{ c }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{#- dbt-spark knows four strategies by name; ours are two more. -#}
{% macro dbt_spark_validate_get_incremental_strategy(raw_strategy, file_format) %}
{{ return(raw_strategy) }}
{% endmacro %}

{#-
  Delta and Iceberg take rows out by merge. Parquet cannot: the rows to keep and the new ones are
  written beside the table (Spark never overwrites what it reads) and overwrite it as a whole.
-#}
{% macro dbt_spark_get_incremental_sql(strategy, source, target, existing, unique_key, incremental_predicates) %}
{%- if strategy == 'append' -%}
{{ return('insert into ' ~ target ~ ' select * from ' ~ source) }}
{%- endif -%}
{%- if strategy == 'added' -%}
{{ return(add_up_on_spark(source, target)) }}
{%- endif -%}
{%- set key = [unique_key] if unique_key is string else unique_key -%}
{%- set touched = config.get('meta')['touched'] -%}
{%- set taken_keys = touched_keys(unique_key, touched, ref(touched['by'])) -%}
{%- set columns = adapter.get_columns_in_relation(target) | map(attribute='quoted') | join(', ') -%}
{% if config.get('file_format') in ('delta', 'iceberg') -%}
{%- call statement('take_out') -%}
merge into {{ target }} as kept
using ({{ taken_keys }}) as touched
on {{ same('kept', 'touched', key) }}
when matched then delete
{%- endcall -%}
insert into {{ target }} ({{ columns }}) select {{ columns }} from {{ source }}
{%- else -%}
{%- set rows -%}
select {{ columns }} from {{ target }} as kept
where not exists (select 1 from ({{ taken_keys }}) as touched where {{ same('kept', 'touched', key) }})
union all
select {{ columns }} from {{ source }}
{%- endset -%}
{{ return(overwrite_whole(target, columns, rows)) }}
{%- endif %}
{% endmacro %}

{% macro add_up_on_spark(source, target) %}
{%- if config.get('file_format') in ('delta', 'iceberg') -%}
{{ return(add_up(target, source)) }}
{%- endif -%}
{%- set key, added = config.get('unique_key'), config.get('meta')['added'] -%}
{%- set columns = (key + added) | join(', ') -%}
{%- set types = {} -%}
{%- for column in adapter.get_columns_in_relation(target) %}{% do types.update({column.name: column.dtype}) %}{% endfor -%}
{%- set rows -%}
select
    {{ key | join(', ') }},
    {% for c in added %}cast(sum({{ c }}) as {{ types[c] }}) as {{ c }}{{ ', ' if not loop.last }}{% endfor %}
from (select {{ columns }} from {{ target }} union all select {{ columns }} from {{ source }}) as together
group by {{ key | join(', ') }}
having sum({{ added[-1] }}) <> 0
{%- endset -%}
{{ return(overwrite_whole(target, columns, rows)) }}
{% endmacro %}

{% macro overwrite_whole(target, columns, rows) %}
{%- set whole = target.incorporate(path={'identifier': target.identifier ~ '__whole'}) -%}
{%- call statement('forget') -%}drop table if exists {{ whole }}{%- endcall -%}
{%- call statement('beside') -%}
create table {{ whole }} {{ file_format_clause() }} as
{{ rows }}
{%- endcall -%}
{%- call statement('overwrite') -%}
insert overwrite table {{ target }} select {{ columns }} from {{ whole }}
{%- endcall -%}
{{ return('drop table ' ~ whole) }}
{% endmacro %}

{#-
  A table on Spark is made beside the one that it replaces: it may read how that one stood, and readers
  miss it for the length of a rename. Delta and Iceberg replace in one step.
-#}
{% materialization table, adapter='spark' %}
{%- set target_relation = this.incorporate(type='table') -%}
{%- set before = load_relation(this) -%}
{{ run_hooks(pre_hooks) }}
{% if config.get('file_format') in ('delta', 'iceberg') %}
{% call statement('main') -%}{{ create_table_as(False, target_relation, compiled_code) }}{%- endcall %}
{% else %}
{%- set beside = target_relation.incorporate(path={'identifier': this.identifier ~ '__made'}) -%}
{% call statement('forget') -%}drop table if exists {{ beside }}{%- endcall %}
{% call statement('main') -%}{{ create_table_as(False, beside, compiled_code) }}{%- endcall %}
{% if before is not none %}{% do adapter.drop_relation(before) %}{% endif %}
{% call statement('place') -%}alter table {{ beside }} rename to {{ target_relation }}{%- endcall %}
{% endif %}
{{ run_hooks(post_hooks) }}
{{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#- dbt-spark binds a null of a seed as the word None: values are written out instead. -#}
{% macro spark__load_csv_rows(model, agate_table) %}
{%- set types = model['config'].get('column_types', {}) -%}
{%- set statement -%}
insert into {{ this }} values
{% for row in agate_table.rows -%}
({%- for value in row -%}
{%- set type = types[agate_table.column_names[loop.index0]] -%}
cast({{ 'null' if value is none else text(value) }} as {{ type }}){{ ', ' if not loop.last }}
{%- endfor -%}){{ ',' if not loop.last }}
{% endfor %}
{%- endset -%}
{% do adapter.add_query(statement, abridge_sql_log=True) %}
{{ return(statement) }}
{% endmacro %}
