{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched', 'kind': 'registration'}}
    )
}}
{{
    ledger_versions(
        ref('stg_petition_register'), 'petition_register',
        subject='registration_id', kind='registration',
        key=['registration_id'],
        told=[
        'item_no',
        'register_org_code',
        'registered_at',
        'petition_date',
        'channel_code',
        'purpose_code',
        'category_code',
        'problem_region_code',
        'unit_org_code',
        'person_count',
        'first_flag',
        'counted_flag',
        'litigation_flag',
        'statutory_path',
        'matter_id',
        'due_at',
        'replied_at',
        'closed_at',
        'declared_timeliness_code',
        'person_key',
        'contact_key'
        ],
        names={'category_code': 'category', 'problem_region_code': 'region', 'unit_org_code': 'organisation'},
        dated='registered_at'
    )
}}
