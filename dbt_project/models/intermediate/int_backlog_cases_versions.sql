{{
    ledger_versions(
        ref('stg_backlog_cases'), 'backlog_cases',
        key=['case_id'],
        told=[
        'batch_no',
        'case_no',
        'matter_id',
        'category_code',
        'place_region_code',
        'responsible_org_code',
        'status_code',
        'reported_date',
        'audited_result_code',
        'audited_date',
        'backflow_date',
        'moved_out_date'
        ], scope='batch_no'
    )
}}
