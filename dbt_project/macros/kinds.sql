{#-
  What follows from the kind of an indicator. share, stock: a part of a whole, 0 to 1, with an interval around it;
  count: a number; mean, mean_stock: a sum divided by the number of its objects, in a unit of its own;
  per_capita: a number for each ten thousand of the area's resident population. Kinds that end in stock are read at
  an instant, so that a year is its last month; all others add up over the months.
-#}
{% macro is_share(kind) -%}
{{ kind }} in ('share', 'stock')
{%- endmacro %}

{% macro is_stock(kind) -%}
{{ kind }} in ('stock', 'mean_stock')
{%- endmacro %}

{#- A figure from its sums, never from figures: null without a denominator. -#}
{% macro figure_value(kind, num, den) -%}
case
    when {{ kind }} = 'count' then cast({{ num }} as double)
    when {{ kind }} = 'per_capita' then {{ rate('10000 * ' ~ num, den) }}
    else {{ rate(num, den) }}
end
{%- endmacro %}

{#- On how many objects a figure stands; the population of an area is no object. -#}
{% macro figure_base(kind, num, den) -%}
case when {{ kind }} in ('count', 'per_capita') then {{ num }} else {{ den }} end
{%- endmacro %}

{#-
  Sums by area and period with the denominator of their kind, and `population_text`, where a population comes from: of
  per_capita the population of the area itself, never added up from areas within; null of what has none.
-#}
{% macro with_denominators(sums) -%}
select
    {{ sums }}.*,
    case when kind_code = 'per_capita' then populations.person_count else {{ sums }}.den end as figure_den,
    populations.population_text
from {{ sums }}
left join {{ ref('int_populations') }} as populations
    on
        {{ sums }}.kind_code = 'per_capita'
        and {{ sums }}.area_kind_code = 'region'
        and {{ sums }}.area_code = populations.region_code
        and cast(substr({{ sums }}.period, 1, 4) as int) >= populations.from_year
        and cast(substr({{ sums }}.period, 1, 4) as int) < coalesce(populations.until_year, 9999)
{%- endmacro %}
