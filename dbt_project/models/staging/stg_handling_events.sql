with source as (
    select * from {{ source('raw', 'raw_handling_events') }}
),

final as (
    select
        _office_code as office_code,
        _sequence as delivery_sequence,
        _sheet_no as sheet_no,
        _row_no as row_no,
        {{ registration_id() }} as registration_id,
        item_no,
        register_org_code,
        event_seq,
        event_type_code,
        event_at,
        from_org_code,
        to_org_code,
        new_due_at,
        demand_no,
        reply_text_key,
        operator_key
    from source
)

select * from final
