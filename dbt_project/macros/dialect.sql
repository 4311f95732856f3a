{#- The few places where engines differ. Everything else is written in the common dialect. -#}
{% macro add_days(day, days) %}{{ adapter.dispatch('add_days')(day, days) }}{% endmacro %}
{% macro default__add_days(day, days) %}date_add({{ day }}, cast({{ days }} as int)){% endmacro %}
{% macro duckdb__add_days(day, days) %}({{ day }} + cast({{ days }} as integer)){% endmacro %}

{% macro days_between(start, stop) %}{{ adapter.dispatch('days_between')(start, stop) }}{% endmacro %}
{% macro default__days_between(start, stop) %}datediff({{ stop }}, {{ start }}){% endmacro %}
{% macro duckdb__days_between(start, stop) %}(cast({{ stop }} as date) - cast({{ start }} as date)){% endmacro %}

{% macro seconds_between(start, stop) %}{{ adapter.dispatch('seconds_between')(start, stop) }}{% endmacro %}
{% macro default__seconds_between(start, stop) %}(unix_timestamp({{ stop }}) - unix_timestamp({{ start }})){% endmacro %}
{% macro duckdb__seconds_between(start, stop) %}cast(epoch({{ stop }}) - epoch({{ start }}) as bigint){% endmacro %}

{#- 1 is Monday, 7 is Sunday. -#}
{% macro iso_weekday(day) %}{{ adapter.dispatch('iso_weekday')(day) }}{% endmacro %}
{% macro default__iso_weekday(day) %}(weekday({{ day }}) + 1){% endmacro %}
{% macro duckdb__iso_weekday(day) %}extract(isodow from {{ day }}){% endmacro %}

{% macro month_start(day) %}cast(date_trunc('month', {{ day }}) as date){% endmacro %}

{#-
  A condition that is always true, for a CTE that is read several times: Spark writes a CTE out anew at each
  reading, unless it cannot know that two readings say the same.
-#}
{% macro worked_out_once(keyword='where') %}{{ adapter.dispatch('worked_out_once')(keyword) }}{% endmacro %}
{% macro default__worked_out_once(keyword) %}{{ keyword }} rand() >= 0{% endmacro %}
{% macro duckdb__worked_out_once(keyword) %}{% endmacro %}

{% macro date_spine(start, stop) %}{{ adapter.dispatch('date_spine')(start, stop) }}{% endmacro %}
{% macro default__date_spine(start, stop) -%}
select explode(sequence(date '{{ start }}', date '{{ stop }}', interval 1 day)) as calendar_date
{%- endmacro %}
{% macro duckdb__date_spine(start, stop) -%}
select cast(range as date) as calendar_date
from range(date '{{ start }}', date '{{ stop }}' + 1, interval 1 day)
{%- endmacro %}

{#- The rows of one relation that another does not have. Not `not exists`: DuckDB first makes the keys distinct. -#}
{% macro anti_join() %}{{ adapter.dispatch('anti_join')() }}{% endmacro %}
{% macro default__anti_join() %}left anti join{% endmacro %}
{% macro duckdb__anti_join() %}anti join{% endmacro %}

{#- A short number that is the same for the same values, and now and then for others. Not null-safe. -#}
{% macro row_key(columns) %}{{ adapter.dispatch('row_key')(columns | join(', ')) }}{% endmacro %}
{% macro default__row_key(columns) %}xxhash64({{ columns }}){% endmacro %}
{% macro duckdb__row_key(columns) %}hash({{ columns }}){% endmacro %}
