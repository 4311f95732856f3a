with source as (
    select * from {{ source('raw', 'raw_deliveries') }}
),

final as (
    select
        _sequence as delivery_sequence,
        office_code,
        recorded_at,
        outcome_code,
        historic_flag
    from source
)

select * from final
