-- Too many rows of an office's delivery were quarantined and no later delivery of the same ledger
-- and month came in clean: the last month that it told is not proven.
with deliveries as (
    select * from {{ ref('int_standing_deliveries') }}
),

shares as (
    select
        deliveries.office_code,
        ledgers.ledger,
        ledgers.delivery_sequence,
        ledgers.quarantined_count,
        ledgers.read_count,
        {{ month_start(
            "coalesce(ledgers.last_date, " ~ add_days(month_start('deliveries.recorded_at'), -1) ~ ")"
        ) }} as month_start_date,
        cast(ledgers.quarantined_count as double) / nullif(cast(ledgers.read_count as double), 0) as share
    from {{ ref('stg_delivery_ledgers') }} as ledgers
    inner join deliveries on ledgers.delivery_sequence = deliveries.delivery_sequence
),

last_of_month as (
    select
        *,
        row_number() over (
            partition by office_code, ledger, month_start_date order by delivery_sequence desc
        ) as recency_rank
    from shares
    where read_count > 0
),

final as (
    select
        'D02' as check_code,
        ledger,
        office_code as org_code,
        month_start_date,
        cast(delivery_sequence as string) as subject_id,
        read_count as n,
        share as statistic,
        cast(null as double) as p_value,
        '报送的 ' || cast(read_count as string) || ' 行中有 ' || cast(quarantined_count as string)
        || ' 行被隔离，超过规定比例；待改正重报后发布。' as text_zh
    from last_of_month
    where recency_rank = 1 and share > {{ threshold('hold_quarantine_share') }}
)

select * from final
