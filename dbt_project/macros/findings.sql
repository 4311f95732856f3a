{#-
  The contract of a check over the CTE `found`, one row a thing to ask about: org_code, asked_date, subject_id,
  text_zh; ledger where it is not one alone; n and statistic where there are any. Accepted as told, kept, and asked about: nothing is mended. How much a
  finding weighs, and which figures it holds, is said of its check_code in rules/checks.csv.
-#}
{% macro asked(check_code, ledger=none, n='1', statistic='null') %}
select
    '{{ check_code }}' as check_code,
    {% if ledger %}'{{ ledger }}' as ledger{% else %}ledger{% endif %},
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
