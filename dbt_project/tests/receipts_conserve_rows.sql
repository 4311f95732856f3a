{{ config(meta={'dagster': {'ref': {'name': 'mart_receipts'}}}) }}
-- Read = loaded + quarantined + duplicate, in every delivery and ledger.
select * from {{ ref('mart_receipts') }}
where ledger is not null and read_count is distinct from loaded_count + quarantined_count + duplicate_count
