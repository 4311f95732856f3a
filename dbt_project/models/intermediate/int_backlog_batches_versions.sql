{{
    ledger_versions(
        ref('stg_backlog_batches'), 'backlog_batches',
        key=['batch_no'],
        told=[
        'issuing_org_code',
        'issued_date',
        'due_date',
        'declared_case_count'
        ]
    )
}}
