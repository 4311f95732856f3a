with source as (
    select * from {{ source('raw', 'raw_delivery_withdrawals') }}
),

final as (
    select
        _office_code as office_code,
        _sequence as delivery_sequence,
        withdrawn_sequence,
        reason_code,
        withdrawn_date
    from source
)

select * from final
