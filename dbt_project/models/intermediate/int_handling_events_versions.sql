{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched', 'kind': 'registration'}}
    )
}}
{{
    ledger_versions(
        ref('stg_handling_events'), 'handling_events',
        subject='registration_id', kind='registration',
        key=['registration_id', 'event_seq'],
        told=[
        'item_no',
        'register_org_code',
        'event_type_code',
        'event_at',
        'from_org_code',
        'to_org_code',
        'new_due_at',
        'reply_text_key',
        'operator_key'
        ],
        names={'from_org_code': 'organisation', 'to_org_code': 'organisation'},
        dated='event_at'
    )
}}
