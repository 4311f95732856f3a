{{ config(meta={'dagster': {'ref': {'name': 'int_next_changes'}}}) }}
-- What nobody waits for is not waited for; fewer than nobody: a row was taken out that had said another instant.
select * from {{ tested('int_next_changes') }}
where row_count <= 0
