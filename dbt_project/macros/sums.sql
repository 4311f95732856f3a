{#-
  Sums of period cells. Cells are told apart by organ, month and reason; a region's are added together before each is
  placed in every area above it, since the areas above are many times the cells.
-#}

{#- Sums told apart by some columns: what adds up, the subjects in the denominator (n), and those left out. -#}
{% macro added_up(cells, columns) -%}
select
    {{ columns | join(', ') }},
    cast(sum(num) as decimal(18, 4)) as num,
    cast(sum(den) as decimal(18, 4)) as den,
    cast(sum(case when excluded_because <> '' then 0 else subject_count end) as bigint) as n,
    cast(sum(case when excluded_because <> '' then subject_count else 0 end) as bigint) as excluded_count
from {{ cells }}
group by {{ columns | join(', ') }}
{%- endmacro %}

{#- What tells the figures of an area apart. -#}
{% macro figure_columns() %}
{{ return(['indicator_code', 'variant', 'kind_code', 'period_kind_code', 'period', 'cut_code', 'cut_value']) }}
{% endmacro %}
