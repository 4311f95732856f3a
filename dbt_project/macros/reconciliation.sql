{#- What both halves of a reconciliation share. -#}

{#- The last delivery in which an office told a ledger: what it did not tell till then it may tell yet. -#}
{% macro last_tellings(ledgers) %}
    select
        deliveries.office_code,
        max(deliveries.delivery_sequence) as last_sequence
    from {{ ref('int_standing_deliveries') }} as deliveries
    inner join {{ ref('stg_delivery_ledgers') }} as ledgers on deliveries.delivery_sequence = ledgers.delivery_sequence
    where ledgers.ledger in ('{{ ledgers | join("', '") }}')
    group by deliveries.office_code
{% endmacro %}

{#- The columns that both sides tell and tell differently, apart by blanks; null where there are none. -#}
{% macro differing(upper, lower, columns) -%}
case when {{ upper }}.registration_id is not null and {{ lower }}.registration_id is not null then nullif(trim(
            {% for column in columns -%}
            case when {{ upper }}.{{ column }} is distinct from {{ lower }}.{{ column }} then '{{ column }} ' else '' end
            {{ '|| ' if not loop.last }}
            {%- endfor %}
        ), '') end
{%- endmacro %}
