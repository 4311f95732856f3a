{{
    config(
        materialized='incremental', unique_key='batch_no',
        meta={'touched': {'by': 'int_touched', 'kind': 'batch'}}
    )
}}
{{
    by_precedence(
        ref('int_backlog_batches_versions'), ['batch_no'], 'issuing_org_code',
        only_touched('batch_no', 'batch', keyword='and')
    )
}}
