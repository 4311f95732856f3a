{{
    config(
        materialized='incremental', unique_key='assignment_no',
        meta={'touched': {'by': 'int_touched', 'kind': 'assignment'}}
    )
}}
{{
    ledger_versions(
        ref('stg_leader_assignments'), 'leader_assignments',
        subject='assignment_no', kind='assignment',
        key=['assignment_no'],
        told=[
        'case_id',
        'batch_no',
        'case_no',
        'leader_level_code',
        'lead_org_code',
        'started_date',
        'due_date',
        'ended_date',
        'result_code',
        'signed_off_date',
        'verified_date'
        ],
        names={'lead_org_code': 'organisation'},
        dated='started_date'
    )
}}
