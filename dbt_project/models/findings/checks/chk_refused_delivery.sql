-- A file of an office was refused, and no later delivery of that office reaches into the month
-- before its arrival, which it was to tell: that month is not proven. A nil return reaches into the
-- month that it declares.
with deliveries as (
    select * from {{ ref('int_standing_deliveries') }}
),

refused as (
    select
        *,
        {{ month_start(add_days(month_start('recorded_at'), -1)) }} as month_start_date
    from deliveries
    where outcome_code = 'refused'
),

told as (
    select * from {{ ref('int_told_spans') }}
),

mended as (
    select distinct refused.delivery_sequence
    from refused
    inner join told
        on
            refused.office_code = told.office_code
            and refused.recorded_at < told.recorded_at
            and last_day(refused.month_start_date) >= told.first_date
            and refused.month_start_date <= told.last_date
),

open_refusals as (
    select
        refused.office_code as org_code,
        refused.month_start_date,
        min(refused.delivery_sequence) as subject_sequence,
        cast(count(*) as bigint) as n
    from refused
    left join mended on refused.delivery_sequence = mended.delivery_sequence
    where mended.delivery_sequence is null
    group by refused.office_code, refused.month_start_date
),

final as (
    select
        'D01' as check_code,
        cast(null as string) as ledger,
        org_code,
        month_start_date,
        cast(subject_sequence as string) as subject_id,
        n,
        cast(n as double) as statistic,
        cast(null as double) as p_value,
        '报送的文件有 ' || cast(n as string) || ' 个未能读取，其后没有覆盖当月的补报；当月数字待该单位重报后发布。' as text_zh
    from open_refusals
)

select * from final
