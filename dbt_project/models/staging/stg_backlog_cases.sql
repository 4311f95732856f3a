with source as (
    select * from {{ source('raw', 'raw_backlog_cases') }}
),

final as (
    select
        _office_code as office_code,
        _sequence as delivery_sequence,
        _sheet_no as sheet_no,
        _row_no as row_no,
        batch_no || '|' || case_no as case_id,
        batch_no,
        case_no,
        matter_id,
        category_code,
        place_region_code,
        responsible_org_code,
        status_code,
        reported_date,
        audited_result_code,
        audited_date,
        backflow_date,
        backflow_count,
        moved_out_date
    from source
)

select * from final
