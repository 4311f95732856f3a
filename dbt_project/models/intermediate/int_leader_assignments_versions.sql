{{
    config(
        materialized='incremental', unique_key='assignment_no',
        meta={'touched': {'by': 'int_touched', 'kind': 'assignment'}}
    )
}}
{{ ledger_versions('leader_assignments') }}
