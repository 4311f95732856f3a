{{
    by_precedence(
        ref('int_evaluations_versions'),
        ['registration_id', 'target_code', 'attempt_no'],
        'register_org_code'
    )
}}
