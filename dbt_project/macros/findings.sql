{#-
  The contract of a check over the CTE `found`, one row a thing to ask about: org_code, asked_date, subject_id,
  text_zh; n and statistic where there are any. Accepted as told, kept, and asked about: nothing is mended.
-#}
{% macro asked(check_code, ledger, n='1', statistic='null') %}
select
    '{{ check_code }}' as check_code,
    1 as level,
    'ask' as severity_code,
    '{{ ledger }}' as ledger,
    org_code,
    {{ month_start('asked_date') }} as month_start_date,
    subject_id,
    cast({{ n }} as bigint) as n,
    cast({{ statistic }} as double) as statistic,
    cast(null as double) as p_value,
    text_zh
from found
where org_code is not null and asked_date is not null
{% endmacro %}
