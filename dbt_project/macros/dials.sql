{#-
  The two dials are one row of data, not dbt vars: a changed var would parse the project anew. Of them
  `known_to` is held by what is loaded: no raw table has a row of a later delivery. A filter on it here
  would cost DuckDB its estimates of every row count above.
-#}

{#- The instant of judging. A relation of its own: int_indicator_delta reads the views at the last one too. -#}
{% macro as_of() %}(select as_of from {{ ref('int_dials') }}){% endmacro %}

{% macro as_of_date() %}cast({{ as_of() }} as date){% endmacro %}

{#- The dials of the finished build that this one goes on from; null when it starts anew. -#}
{% macro built_known_to() %}(select built_known_to from {{ source('raw', 'run_context') }}){% endmacro %}

{% macro built_as_of() %}(select built_as_of from {{ source('raw', 'run_context') }}){% endmacro %}

{% macro threshold(code) -%}
(select threshold_value from {{ ref('ref_publication_threshold') }} where threshold_code = '{{ code }}')
{%- endmacro %}
