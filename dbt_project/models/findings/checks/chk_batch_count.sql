-- A batch's declared number of cases and the cases told differ (C19: membership of a batch is frozen).
with batches as (
    select * from {{ ref('int_backlog_batches_in_force') }}
),

cases as (
    select
        batch_no,
        cast(count(*) as bigint) as case_count
    from {{ ref('fct_cases') }}
    group by batch_no
),

final as (
    select
        'C19' as check_code,
        'backlog_cases' as ledger,
        batches.issuing_org_code as org_code,
        {{ month_start('batches.issued_date') }} as month_start_date,
        batches.batch_no as subject_id,
        batches.declared_case_count as n,
        cast(coalesce(cases.case_count, 0) - batches.declared_case_count as double) as statistic,
        cast(null as double) as p_value,
        '批次文件写明 ' || cast(batches.declared_case_count as string) || ' 件，台账列 '
        || cast(coalesce(cases.case_count, 0) as string) || ' 件，待说明。' as text_zh
    from batches
    left join cases on batches.batch_no = cases.batch_no
    where coalesce(cases.case_count, 0) <> batches.declared_case_count
)

select * from final
