{{ config(materialized='table') }}
-- Every finding of every check, under one contract. Findings ask; they do not accuse.
with united as (
    {% for check in ['chk_refused_delivery', 'chk_quarantine_share', 'chk_batch_count', 'chk_unmapped_unit'] -%}
    select * from {{ ref(check) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

organisations as (
    select * from {{ ref('dim_organisation') }}
),

final as (
    select
        united.check_code,
        united.level,
        united.severity_code,
        united.ledger,
        united.org_code,
        organisations.region_code,
        united.month_start_date,
        united.subject_id,
        united.n,
        united.statistic,
        united.p_value,
        united.text_zh
    from united
    left join organisations on united.org_code = organisations.org_code
)

select * from final
