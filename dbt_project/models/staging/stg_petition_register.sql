with source as (
    select * from {{ source('raw', 'raw_petition_register') }}
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
        registered_at,
        petition_date,
        channel_code,
        purpose_code,
        category_code,
        problem_region_code,
        unit_org_code,
        person_count,
        demand_count,
        first_flag,
        counted_flag,
        litigation_flag,
        statutory_path,
        matter_id,
        national_item_no,
        province_item_no,
        city_item_no,
        county_item_no,
        repeat_of_item_no,
        merged_into_item_no,
        joint_item_no,
        first_flag_nation,
        first_flag_channel,
        due_at,
        replied_at,
        closed_at,
        closure_kind_code,
        declared_timeliness_code,
        person_key,
        contact_key
    from source
)

select * from final
