-- A file of an office was refused, and nothing that could be read has come from it since: the
-- month before its arrival, which it was to tell, is not proven.
with deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

mended as (
    select
        refused.delivery_sequence,
        max(later.delivery_sequence) as later_sequence
    from deliveries as refused
    left join deliveries as later
        on
            refused.office_code = later.office_code
            and later.delivery_sequence > refused.delivery_sequence
            and later.outcome_code = 'accepted'
    where refused.outcome_code = 'refused'
    group by refused.delivery_sequence
),

open_refusals as (
    select
        deliveries.office_code as org_code,
        {{ month_start(add_days(month_start('deliveries.recorded_at'), -1)) }} as month_start_date,
        min(deliveries.delivery_sequence) as subject_sequence,
        cast(count(*) as bigint) as n
    from deliveries
    inner join mended on deliveries.delivery_sequence = mended.delivery_sequence
    where mended.later_sequence is null
    group by deliveries.office_code, {{ month_start(add_days(month_start('deliveries.recorded_at'), -1)) }}
),

final as (
    select
        'D01' as check_code,
        0 as level,
        'hold' as severity_code,
        cast(null as varchar) as ledger,
        org_code,
        month_start_date,
        cast(subject_sequence as varchar) as subject_id,
        n,
        cast(n as double) as statistic,
        cast(null as double) as p_value,
        '报送的文件有 ' || cast(n as varchar) || ' 个未能读取，其后没有补报；当月数字待该单位重报后发布。' as text_zh
    from open_refusals
)

select * from final
