{{
    config(
        materialized='incremental', unique_key='batch_no',
        meta={'touched': {'by': 'int_touched', 'kind': 'batch'}}
    )
}}
{{
    ledger_versions(
        ref('stg_backlog_batches'), 'backlog_batches',
        subject='batch_no', kind='batch',
        key=['batch_no'],
        told=[
        'issuing_org_code',
        'issued_date',
        'due_date',
        'declared_case_count'
        ],
        names={'issuing_org_code': 'organisation'},
        dated='issued_date'
    )
}}
