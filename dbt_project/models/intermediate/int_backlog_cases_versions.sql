{{
    config(
        materialized='incremental', unique_key='batch_no',
        meta={'touched': {'by': 'int_touched', 'kind': 'batch'}}
    )
}}
{{
    ledger_versions(
        ref('stg_backlog_cases'), 'backlog_cases',
        subject='batch_no', kind='batch',
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
        ], scope='batch_no',
        names={'category_code': 'category', 'place_region_code': 'region', 'responsible_org_code': 'organisation'}
    )
}}
