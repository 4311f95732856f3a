-- A ledger that a rule of the home asks of an office did not come: that office's figures of the ledger are not proven
-- until it does. One that came after its day is asked about.
with returns as (
    select * from {{ ref('fct_expected_returns') }}
    where status_code in ('owed', 'late')
),

final as (
    select
        case when status_code = 'owed' then 'D10' else 'D11' end as check_code,
        ledger,
        org_code,
        {{ month_start('period_end_date') }} as month_start_date,
        subject_id || '|' || cast(period_end_date as string) as subject_id,
        cast(1 as bigint) as n,
        cast({{ days_between('due_date', 'coalesce(told_at, ' ~ as_of() ~ ')') }} as double) as statistic,
        cast(null as double) as p_value,
        cast(period_start_date as string) || ' 至 ' || cast(period_end_date as string) || ' 的台账应于 '
        || cast(due_date as string) || ' 前报到，'
        || case
            when status_code = 'owed' then '没有收到；数字待该单位补报（没有的作零报）后发布。'
            else '于 ' || cast(cast(told_at as date) as string) || ' 报到；请说明迟报的原因。'
        end as text_zh
    from returns
)

select * from final
