{{ config(meta={'dagster': {'ref': {'name': 'mart_subject_rows'}}}) }}
-- depends_on: {{ ref('mart_subject_rows') }}
-- Of every plain ledger: an office's versions of an object are numbered once each, and one at most is in force.
{% for ledger in plain_ledgers() -%}
{%- set fact = tested('fct_' ~ ledger) -%}
(
    select subject_id
    from {{ fact }} as fact
    group by subject_id, told_by_office_code, version_no
    having count(*) > 1
    union all
    select subject_id
    from {{ fact }} as fact
    where in_force_flag
    group by subject_id
    having count(*) > 1
)
{{ 'union all' if not loop.last }}
{% endfor %}
