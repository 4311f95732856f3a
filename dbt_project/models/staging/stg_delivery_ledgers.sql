with source as (
    select * from {{ source('raw', 'raw_delivery_ledgers') }}
),

final as (
    select
        _sequence as delivery_sequence,
        ledger,
        told_code,
        contract_id,
        read_count,
        loaded_count,
        quarantined_count,
        duplicate_count,
        unmapped_count,
        first_date,
        last_date,
        declared_period as declared_month_date,
        nil_flag
    from source
)

select * from final
