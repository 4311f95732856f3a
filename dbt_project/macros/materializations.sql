{#-
  How a model is put into the working file. It has one writer and no reader until it is finished, and a build that
  failed is made anew: so a new table is made in its place, where dbt makes it beside and renames it for databases
  that are read meanwhile, which cost more than most of the queries. A table that stands is made beside, as it may
  read how itself stood. Spark's own are in touched_strategy.sql.
-#}

{% materialization table, adapter='duckdb' %}
{%- set target_relation = this.incorporate(type='table') -%}
{%- set before = load_cached_relation(this) -%}
{{ run_hooks(pre_hooks) }}
{% call statement('main') -%}
{%- if before is none -%}
{{ create_table_as(False, target_relation, compiled_code) }}
{%- else -%}
{%- set beside = target_relation.incorporate(path={'identifier': this.identifier ~ '__made'}) -%}
{{ create_table_as(False, beside, compiled_code) }};
drop {{ before.type }} {{ before }};
alter table {{ beside }} rename to {{ this.identifier }}
{%- endif -%}
{%- endcall %}
{{ run_hooks(post_hooks) }}
{% do adapter.commit() %}
{{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
{%- set target_relation = this.incorporate(type='view') -%}
{%- set before = load_cached_relation(this) -%}
{{ run_hooks(pre_hooks) }}
{% call statement('main') -%}
{%- if before is not none %}drop {{ before.type }} {{ before }};
{% endif -%}
{{ create_view_as(target_relation, compiled_code) }}
{%- endcall %}
{{ run_hooks(post_hooks) }}
{% do adapter.commit() %}
{{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#- Kept from the last build: the rows of touched subjects are taken out and made again, or new ones put in. -#}
{% materialization incremental, adapter='duckdb' %}
{%- set target_relation = this.incorporate(type='table') -%}
{%- set before = load_cached_relation(this) -%}
{{ run_hooks(pre_hooks) }}
{% call statement('main') -%}
{%- if before is none -%}
{{ create_table_as(False, target_relation, compiled_code) }}
{%- else -%}
{%- set made = this.identifier ~ '__made' -%}
create or replace temporary table {{ made }} as (
{{ compiled_code }}
);
{% if config.get('incremental_strategy') == 'added' -%}
{{ add_up(target_relation, made) }};
{% else -%}
{% if config.get('incremental_strategy') == 'touched' -%}
{{ take_out_touched(target_relation) }};
{% endif -%}
insert into {{ target_relation }} by name select * from {{ made }};
{% endif -%}
drop table {{ made }}
{%- endif -%}
{%- endcall %}
{{ run_hooks(post_hooks) }}
{% do adapter.commit() %}
{{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
