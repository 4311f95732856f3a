{#- Terms as rules; see dim_deadline_rule. A span is a number of days of one kind, as one number to join by. -#}
{% macro span_no(day_count, day_kind_code) -%}
{{ day_count }} * 10 + case {{ day_kind_code }} when 'calendar' then 0 when 'working' then 1 else 2 end
{%- endmacro %}

{#- The clocks of a registration, each with the column of its span. -#}
{% macro clock_spans() %}
{{ return({
    'office_forward': 'office_span_no', 'unit_notice': 'unit_span_no', 'closing': 'reply_span_no',
    'extension': 'extension_span_no'
}) }}
{% endmacro %}

{#- True when a rule is in force for some registrations only: loading the raw tables said so. -#}
{% macro special_deadlines() -%}
{%- if execute -%}
{{ return(adapter.get_relation(target.database, 'raw', 'special_deadlines') is not none) }}
{%- endif -%}
{{ return(false) }}
{%- endmacro %}
