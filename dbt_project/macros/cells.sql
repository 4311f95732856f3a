{#-
  From the rows of indicator views to cells: the one contract that rows come under, by what they may be cut, and
  the sums. What a row says is in the views and in the macros that they are made of.
-#}
{#- The columns by which an indicator may be cut, and what each is called. -#}
{% macro cut_names() %}
{{ return({
    'channel_code': '信访形式', 'register_level_code': '登记机构层级', 'category_code': '内容分类',
    'batch_no': '批次', 'leader_level_code': '包案领导级别', 'tag_code': '专项标签'
}) }}
{% endmacro %}

{% macro cut_columns() %}{{ return(cut_names() | list) }}{% endmacro %}

{#- The key of a cell of sums. -#}
{% macro cell_key() %}
{{ return(['indicator_code', 'variant', 'month_start_date', 'region_code', 'org_code', 'cut_code', 'cut_value', 'excluded_because']) }}
{% endmacro %}

{#-
  Sums of rows under the indicators' contract by cell: whole, and by each of the cuts. A row whose
  value of a cut is null is not cut by it. `rows_sql`: the rows; `sign`: a column of 1 and -1.
-#}
{% macro cell_sums(rows_sql, cuts, sign='1') %}
{%- set base = [
    'indicator_code', 'variant', 'month_start_date', 'region_code', 'org_code', 'excluded_because'
] | join(', ') -%}
select
    indicator_code,
    variant,
    month_start_date,
    region_code,
    org_code,
    {% if cuts -%}
    case {% for cut in cuts %}when grouping({{ cut }}) = 0 then '{{ cut }}' {% endfor %}else 'all' end as cut_code,
    case {% for cut in cuts %}when grouping({{ cut }}) = 0 then {{ cut }} {% endfor %}else 'all' end as cut_value,
    {%- else -%}
    'all' as cut_code,
    'all' as cut_value,
    {%- endif %}
    excluded_because,
    cast(sum(num * {{ sign }}) as decimal(18, 4)) as num,
    cast(sum(den * {{ sign }}) as decimal(18, 4)) as den,
    cast(sum({{ sign }}) as bigint) as subject_count
from (
    select
        indicator_code,
        variant,
        {{ month_start('cohort_date') }} as month_start_date,
        coalesce(region_code, 'unknown') as region_code,
        coalesce(org_code, 'unknown') as org_code,
        coalesce(excluded_because, '') as excluded_because,
        {% for cut in cuts + ([] if sign == '1' else [sign]) %}{{ cut }},
        {% endfor -%}
        num,
        den
    from ({{ rows_sql }}) as rows_of
) as celled
{% if cuts -%}
group by grouping sets (({{ base }}){% for cut in cuts %}, ({{ base }}, {{ cut }}){% endfor %})
having cut_value is not null
{%- else -%}
group by {{ base }}
{%- endif %}
{% endmacro %}

{#- The cuts that an indicator view declares in its yml. -#}
{% macro declared_cuts(view) %}
{%- set node = graph.nodes.get('model.' ~ project_name ~ '.' ~ view) if execute -%}
{{ return(node.config.meta.indicator.get('cuts', []) if node else []) }}
{% endmacro %}

{#-
  The rows of one indicator view under the one contract, with the values of the cuts that it declares
  (null: not cut by it). `found`: the view, a relation or a query.
-#}
{% macro rows_of_view(view, found) %}
{%- set declared = declared_cuts(view) -%}
select
    cast(indicator_code as string) as indicator_code,
    cast(variant as string) as variant,
    cast(subject_id as string) as subject_id,
    cast(cohort_date as date) as cohort_date,
    cast(region_code as string) as region_code,
    cast(org_code as string) as org_code,
    cast(num as decimal(18, 4)) as num,
    cast(den as decimal(18, 4)) as den,
    cast(excluded_because as string) as excluded_because,
    cast(evidence_at as timestamp) as evidence_at,
    cast(changes_at as timestamp) as changes_at
    {%- for cut in cut_columns() %},
    {{ "coalesce(" ~ cut ~ ", 'unknown')" if cut in declared else 'cast(null as string)' }} as {{ cut }}
    {%- endfor %}
from {{ found }} as found
{% endmacro %}

{#- Every row of every indicator view. -#}
{% macro indicator_rows(views) %}
{%- for view in views %}
{{ rows_of_view(view, ref(view)) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endmacro %}

{#-
  Puts the sums of one indicator after the other into the model's table when a build starts anew: in one query
  the joins of all would stand in memory at once. The views are named as built: the delta, which the model reads, is
  of all of them.
-#}
{% macro put_sums_by_view() %}
{%- if execute and not goes_on() -%}
{%- for view in indicator_views() -%}
{%- call statement('sums') -%}
insert into {{ this }}
select {{ cell_key() | join(', ') }}, num, den, subject_count
from ({{ cell_sums(rows_of_view(view.model, as_built('indicators', view.model)), view.cuts) }}) as cells_of_view
{%- endcall -%}
{%- endfor -%}
{%- endif -%}
{% endmacro %}
