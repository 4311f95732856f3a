-- The holds as the last build had them, taken before they are made again.
{% if goes_on() -%}
select * from {{ as_built('published', 'int_holds') }}
{%- else -%}
select
    cast(null as string) as indicator_code,
    cast(null as string) as variant,
    cast(null as date) as month_start_date
where 1 = 0
{%- endif %}
