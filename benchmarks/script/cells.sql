{#-
  The cells of one indicator, of a query of its subjects: cohort_date, region_code, org_code, excluded_because ('' when
  counted), the columns of its cuts and `met`; or, with `of`, what is added up in its place: persons (in numerator and
  denominator), days (in the numerator) or items (1 each, in both). All sums are taken in one pass.
-#}
{%- macro cells(code, variant, cuts=[], of='met') -%}
insert into f_cells
with subjects as (
{{ caller() }}
),

placed as (
    select
        cast(date_trunc('month', cohort_date) as date) as month_start_date,
        coalesce(region_code, 'unknown') as region_code,
        coalesce(org_code, 'unknown') as org_code,
        excluded_because
        {%- if of != 'items' %}, {{ of }}{% endif %}
        {%- for cut in cuts %}, {{ cut_value(cut) }} as {{ cut }}{% endfor %}
    from subjects
)

select
    '{{ code }}', '{{ variant }}', month_start_date, region_code, org_code,
    {% if cuts -%}
    case {%- for cut in cuts %} when grouping({{ cut }}) = 0 then '{{ cut }}'{% endfor %} else 'all' end,
    case {%- for cut in cuts %} when grouping({{ cut }}) = 0 then {{ cut }}{% endfor %} else 'all' end,
    {%- else -%}
    'all', 'all',
    {%- endif %}
    excluded_because, {{ sums(of) }}, count(*)
from placed
group by grouping sets (
    (month_start_date, region_code, org_code, excluded_because)
    {%- for cut in cuts %}, (month_start_date, region_code, org_code, excluded_because, {{ cut }}){% endfor %}
);
{%- endmacro -%}

{%- macro cut_value(cut) -%}
{%- if cut == 'category_code' -%}
case when category_code like 'unmapped:%' then 'unmapped' else coalesce(category_code, 'unknown') end
{%- else -%}
coalesce({{ cut }}, '{{ 'none' if cut == 'leader_level_code' else 'unknown' }}')
{%- endif -%}
{%- endmacro -%}

{%- macro sums(of) -%}
{%- set counted = "filter (where excluded_because = '')" -%}
{%- if of == 'met' -%}
count(*) filter (where excluded_because = '' and met), count(*) {{ counted }}
{%- elif of == 'items' -%}
count(*) {{ counted }}, count(*) {{ counted }}
{%- elif of == 'days' -%}
coalesce(sum(days) {{ counted }}, 0), count(*) {{ counted }}
{%- else -%}
coalesce(sum({{ of }}) {{ counted }}, 0), coalesce(sum({{ of }}) {{ counted }}, 0)
{%- endif -%}
{%- endmacro -%}
