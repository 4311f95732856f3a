with source as (
    select * from {{ source('raw', 'raw_leader_assignments') }}
),

final as (
    select
        _office_code as office_code,
        _sequence as delivery_sequence,
        _sheet_no as sheet_no,
        _row_no as row_no,
        batch_no || '|' || case_no as case_id,
        assignment_no,
        batch_no,
        case_no,
        leader_level_code,
        leader_office_no,
        lead_org_code,
        started_date,
        due_date,
        ended_date,
        result_code,
        signed_off_date,
        verified_date
    from source
)

select * from final
