with source as (
    select * from {{ source('raw', 'raw_delivery_scopes') }}
),

final as (
    select
        _sequence as delivery_sequence,
        ledger,
        scope,
        loaded_count
    from source
)

select * from final
