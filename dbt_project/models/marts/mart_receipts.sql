-- Row conservation of every delivery: read = loaded + quarantined + duplicate.
with deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

ledgers as (
    select * from {{ ref('stg_delivery_ledgers') }}
),

final as (
    select
        deliveries.delivery_sequence,
        deliveries.office_code,
        deliveries.recorded_at,
        deliveries.outcome_code,
        ledgers.ledger,
        ledgers.told_code,
        ledgers.read_count,
        ledgers.loaded_count,
        ledgers.quarantined_count,
        ledgers.duplicate_count,
        ledgers.unmapped_count,
        ledgers.first_date,
        ledgers.last_date
    from deliveries
    left join ledgers on deliveries.delivery_sequence = ledgers.delivery_sequence
)

select * from final
