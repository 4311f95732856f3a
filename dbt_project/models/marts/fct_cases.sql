{{
    config(
        materialized='incremental', unique_key='batch_no',
        meta={'touched': {'by': 'int_touched', 'kind': 'batch'}}
    )
}}
-- depends_on: {{ ref('int_cases_before') }}
-- One backlog case in one batch, as the issuing office last told it.
with final as (
    select
        case_id,
        batch_no,
        case_no,
        matter_id,
        issuing_org_code,
        issued_date,
        due_date,
        category_code,
        place_region_code,
        responsible_org_code,
        status_code,
        reported_date,
        audited_result_code,
        audited_date,
        backflow_date,
        backflow_count,
        moved_out_date,
        office_code as told_by_office_code,
        delivery_sequence,
        sheet_no,
        row_no
    from {{ ref('int_backlog_cases_in_force') }}
    {{ only_touched('batch_no', 'batch') }}
)

select * from final
