with source as (
    select * from {{ source('raw', 'raw_evaluations') }}
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
        target_code,
        attempt_no,
        entitled_flag,
        deadline_at,
        evaluated_at,
        rating_code,
        evaluator_type_code,
        rater_contact_key
    from source
)

select * from final
