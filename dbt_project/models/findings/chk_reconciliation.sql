-- Two levels tell of the same cases otherwise, and nothing explains it (C33): asked of the upper office, whose figure
-- would be the sum. The cases are in mart_reconciliation_cases.
with found as (
    select
        case basis_code when 'registered' then 'petition_register' else 'handling_events' end as ledger,
        upper_org_code as org_code,
        month_start_date as asked_date,
        basis_code || '|' || lower_org_code as subject_id,
        greatest(upper_count, lower_count) as counted,
        unexplained_case_count,
        case basis_code when 'registered' then '登记在' else '转给' end || lower_org_code || '的，上级报'
        || cast(upper_count as string) || '件，下级报' || cast(lower_count as string) || '件，其中'
        || cast(unexplained_case_count as string) || '件两边不一致而没有解释，请对照案件清单说明。' as text_zh
    from {{ ref('mart_reconciliation') }}
    where unexplained_case_count > 0
)

{{ asked('C33', n='counted', statistic='unexplained_case_count') }}
