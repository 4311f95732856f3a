with source as (
    select * from {{ source('raw', 'raw_name_mappings') }}
),

final as (
    select
        _office_code as office_code,
        _sequence as delivery_sequence,
        role_code,
        stand_in,
        code,
        coalesce(valid_from, date '1900-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from source
)

select * from final
