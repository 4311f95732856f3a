{#-
  What a data test asks of. A build that starts anew is tested whole. One that goes on is tested where
  it made something: of a model kept from the last build the touched rows, as the model's own `touched`
  names them, and every row that such a subject has; of what was told the new deliveries. The rest is
  as the last build left it, and was tested then. What is made whole each time is tested whole.
-#}

{#- dbt's own way to limit a generic test (its `where`), here said of the relation and not of each test. -#}
{% macro get_where_subquery(relation) -%}
{%- set conditions = [config.get('where'), made_now(relation)] | select | join(' and ') -%}
{%- set asked = relation -%}
{%- if goes_on() and relation.identifier == 'int_handling_events_in_force' -%}
{%- set asked = as_built('intermediate', 'int_handling_events_touched') -%}
{%- endif -%}
{%- if conditions -%}
{{ return('(select * from ' ~ asked ~ ' where ' ~ conditions ~ ') as tested') }}
{%- endif -%}
{{ return(asked) }}
{%- endmacro %}

{#- The condition on the rows of a relation that this build made; none when it made them all. -#}
{% macro made_now(relation) -%}
{%- set name = relation.identifier -%}
{%- if not goes_on() -%}
{{ return(none) }}
{%- elif name.startswith('stg_') -%}
{{ return('delivery_sequence > (select built_known_to from raw.build_before)') }}
{%- elif name in ('int_petition_register_versions', 'int_handling_events_versions', 'int_evaluations_versions') -%}
{#- their touched rows are tested as int_<ledger>_touched -#}
{{ return('1 = 0') }}
{%- elif name == 'int_handling_events_in_force' -%}
{{ return('valid_to_sequence is null') }}
{%- elif name == 'mart_subject_rows' -%}
{#- the rows of events are int_handling_events_in_force, whose key and deliveries are tested there -#}
{{ return("ledger <> 'handling_events' and subject_id in " ~ made_subjects('int_touched_subjects')) }}
{%- endif -%}
{%- set model = graph.nodes.values() | selectattr('name', 'equalto', name) | first -%}
{%- set touched, key = model.config.meta.get('touched'), model.config.unique_key -%}
{%- if not touched -%}
{{ return(none) }}
{%- elif key is string -%}
{{ return(key ~ ' in ' ~ made_subjects(touched.by, touched.get('kind'))) }}
{%- endif -%}
{%- set changed = touched_keys(key, touched, as_made(touched.by)) -%}
{#- DuckDB makes a null-safe comparison of `exists`, which passes no range on to the scan of the whole table -#}
{{ return('(' ~ key | join(', ') ~ ') in (' ~ changed ~ ')') }}
{%- endmacro %}

{#- As touched_subjects, without a ref: the tested model reads the relation itself, so it stands. -#}
{% macro made_subjects(by, kind=none) -%}
(select subject_id from {{ as_made(by) }}{% if kind %} where subject_kind_code = '{{ kind }}'{% endif %})
{%- endmacro %}

{% macro as_made(name) -%}
{%- set node = graph.nodes.values() | selectattr('name', 'equalto', name) | first -%}
{{ return(as_built(node.schema, name)) }}
{%- endmacro %}

{#- What a test that is written out asks of a model: what a generic one would. -#}
{% macro tested(name) -%}
{%- set relation = ref(name) -%}
{%- set made = made_now(relation) -%}
{{ return('(select * from ' ~ relation ~ ' where ' ~ made ~ ')' if made else relation) }}
{%- endmacro %}

{#- The indicator rows that a test asks of: all, or those of touched subjects, as the cells were given them. -#}
{% macro tested_indicator_rows() -%}
{%- set every, delta = ref('int_indicator_rows'), ref('int_indicator_delta') -%}
{%- if goes_on() -%}
(select * from {{ delta }} where contribution_sign = 1)
{%- else -%}
{{ every }}
{%- endif -%}
{%- endmacro %}
