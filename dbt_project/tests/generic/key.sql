{#- A key of one column: see unique_combination. One test of both halves is one node and one scan. -#}
{% test key(model, column_name) %}
{{ test_unique_combination(model, [column_name]) }}
{% endtest %}
