{#- What both halves of a reconciliation share: from when, and how a case is said. -#}

{#- The first day of the first month that is reconciled: older ones were, and nobody answers for them now. -#}
{% macro reconciled_from() -%}
{{ month_start(add_days(as_of_date(), '-' ~ threshold('reconciled_days'))) }}
{%- endmacro %}

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

{#- Offices, and those of regions within theirs. -#}
{% macro offices_below() %}
    select
        upper.org_code as upper_org_code,
        lower.org_code as lower_org_code
    from {{ ref('dim_organisation') }} as upper
    inner join {{ ref('dim_region_closure') }} as closure
        on upper.region_code = closure.ancestor_code and closure.distance > 0
    inner join {{ ref('dim_organisation') }} as lower on closure.descendant_code = lower.region_code
{% endmacro %}

{#- One case, one row: counted 0 or more on either side, and what explains it where the sides differ. -#}
{% macro reconciled_columns(basis_code) %}
        '{{ basis_code }}' as basis_code,
        upper_org_code,
        lower_org_code,
        month_start_date,
        registration_id,
        cast(upper_count as bigint) as upper_count,
        cast(lower_count as bigint) as lower_count,
        part_code,
        differing_columns,
        upper_delivery_sequence,
        upper_sheet_no,
        upper_row_no,
        lower_delivery_sequence,
        lower_sheet_no,
        lower_row_no
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
