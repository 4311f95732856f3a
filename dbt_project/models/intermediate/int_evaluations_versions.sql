{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched', 'kind': 'registration'}}
    )
}}
{{
    ledger_versions(
        ref('stg_evaluations'), 'evaluations',
        subject='registration_id', kind='registration',
        key=['registration_id', 'target_code', 'attempt_no'],
        told=[
        'item_no',
        'register_org_code',
        'entitled_flag',
        'deadline_at',
        'evaluated_at',
        'rating_code',
        'evaluator_type_code',
        'rater_contact_key'
        ]
    )
}}
