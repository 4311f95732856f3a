{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched', 'kind': 'registration'}}
    )
}}
-- depends_on: {{ ref('int_evaluations_before') }}
{{
    by_precedence(
        ref('int_evaluations_versions'),
        ['registration_id', 'target_code', 'attempt_no'],
        'register_org_code', 'registration_id', 'registration'
    )
}}
