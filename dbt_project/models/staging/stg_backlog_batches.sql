with source as (
    select * from {{ source('raw', 'raw_backlog_batches') }}
),

final as (
    select
        _office_code as office_code,
        _sequence as delivery_sequence,
        _sheet_no as sheet_no,
        _row_no as row_no,
        batch_no,
        issuing_org_code,
        issued_date,
        due_date,
        declared_case_count
    from source
)

select * from final
