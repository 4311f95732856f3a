{#-
  What ranking and comparing a printed figure need. Thresholds are rows of ref_publication_threshold.
-#}

{#-
  A rate in whole printed steps (tenths of a percentage point), half up, from its fraction and not from the
  stored rate: rounding once more would carry what is below a half. Exact: both sides of the division are whole.
-#}
{% macro printed_steps(num, den) -%}
{%- set steps = 'round(1 / nullif(cast(' ~ threshold('printed_step') ~ ' as double), 0), 0)' -%}
cast(floor(
    (2 * {{ steps }} * cast({{ num }} as double) + cast({{ den }} as double)) / nullif(2 * cast({{ den }} as double), 0)
) as bigint)
{%- endmacro %}

{#-
  Whether `a` is significantly better than `b`: the lower limit of the difference a - b is above 0.
  Newcombe's hybrid score interval (Newcombe 1998, Statistics in Medicine 17: 873-890, method 10), from
  each side's Wilson limits. Both relations carry merit, merit_low, merit_high: larger is better.
-#}
{% macro surely_better(a, b) -%}
{{ a }}.merit - {{ b }}.merit > sqrt(
    ({{ a }}.merit - {{ a }}.merit_low) * ({{ a }}.merit - {{ a }}.merit_low)
    + ({{ b }}.merit_high - {{ b }}.merit) * ({{ b }}.merit_high - {{ b }}.merit)
)
{%- endmacro %}

{#- The first day of the same month a year before; a month's first day less 365 days is within it. -#}
{% macro month_a_year_before(month_start_date) -%}
{{ month_start(add_days(month_start_date, -365)) }}
{%- endmacro %}

{#- A month's first day as the periods that hold it: 2026-03, 2026. -#}
{% macro month_period(month_start_date) %}substr(cast({{ month_start_date }} as string), 1, 7){% endmacro %}

{% macro year_period(month_start_date) %}substr(cast({{ month_start_date }} as string), 1, 4){% endmacro %}

{#- The first day of a period as figures name it. -#}
{% macro first_day(period) -%}
cast({{ period }} || case when length({{ period }}) = 4 then '-01-01' else '-01' end as date)
{%- endmacro %}

{#- A month or a year as figures name it, so many years on. -#}
{% macro period_a_year_on(period, years) -%}
cast(cast(substr({{ period }}, 1, 4) as int) + {{ years }} as string) || substr({{ period }}, 5)
{%- endmacro %}

{#- One text for the peers that are ranked together: an indicator, a period, a group. -#}
{% macro peer_group() -%}
concat_ws(
            '|', indicator_code, variant, period, peer_group_code, coalesce(group_area_code, '-'), coalesce(level_code, '-')
        )
{%- endmacro %}
