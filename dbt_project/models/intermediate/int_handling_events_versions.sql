{{
    ledger_versions(
        ref('stg_handling_events'), 'handling_events',
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
        ]
    )
}}
