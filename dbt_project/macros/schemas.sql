{#- Schemas are named as written, without the target's prefix: one private file, one project. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
{{ custom_schema_name or target.schema }}
{%- endmacro %}
