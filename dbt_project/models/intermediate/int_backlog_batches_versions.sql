{{
    config(
        materialized='incremental', unique_key='batch_no',
        meta={'touched': {'by': 'int_touched', 'kind': 'batch'}}
    )
}}
{{ ledger_versions('backlog_batches') }}
