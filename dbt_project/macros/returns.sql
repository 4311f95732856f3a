{#- What an office owes of a ledger, period for period. -#}
{% macro expected_return_id(cadence, ledger, office) -%}
'duty|return_' || {{ cadence }} || '|' || {{ ledger }} || '|' || {{ office }}
{%- endmacro %}

{#- The returns of ledgers that offices owe, by the period that they are of. `out`: why one does not count. -#}
{% macro returns_due(numerator, out='null') %}
select
    subject_id,
    period_end_date as cohort_date,
    org_region_code as region_code,
    org_code,
    coalesce(case when due_date > {{ as_of_date() }} then 'not_yet_due' end, {{ out }}) as excluded_because,
    coalesce({{ numerator }}, false) as numerator_flag,
    told_at as evidence_at,
    {{ when_reached('due_date') }} as changes_at,
    {{ no_cuts() }}
from {{ ref('fct_expected_returns') }}
{% endmacro %}
