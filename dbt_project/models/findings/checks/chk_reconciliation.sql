-- Two levels tell of the same cases otherwise, and nothing explains it (C33): asked of the upper office, whose figure
-- would be the sum. The cases are in mart_reconciliation_cases.
with pairs as (
    select * from {{ ref('mart_reconciliation') }}
    where unexplained_case_count > 0
),

found as (
    select
        case pairs.basis_code when 'registered' then 'petition_register' else 'handling_events' end as ledger,
        pairs.upper_org_code as org_code,
        pairs.month_start_date as asked_date,
        pairs.basis_code || '|' || pairs.lower_org_code as subject_id,
        greatest(pairs.upper_count, pairs.lower_count) as counted,
        pairs.unexplained_case_count,
        case pairs.basis_code when 'registered' then '登记在' else '转给' end || lowers.org_name || '的，上级报'
        || cast(pairs.upper_count as string) || '件，下级报' || cast(pairs.lower_count as string) || '件，其中'
        || cast(pairs.unexplained_case_count as string) || '件两边不一致而没有解释，请对照案件清单说明。' as text_zh
    from pairs
    inner join {{ ref('dim_organisation') }} as lowers on pairs.lower_org_code = lowers.org_code
)

{{ asked('C33', n='counted', statistic='unexplained_case_count') }}
