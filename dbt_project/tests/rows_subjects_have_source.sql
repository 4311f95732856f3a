{{ config(meta={'dagster': {'ref': {'name': 'mart_subject_rows'}}}) }}
-- Every subject has the row of its own ledger: the register for a registration, the case for a case.
select distinct rows_of.subject_id
from {{ ref('int_indicator_rows') }} as rows_of
left join {{ ref('mart_subject_rows') }} as sources
    on
        rows_of.subject_id = sources.subject_id
        and sources.ledger in ('petition_register', 'backlog_cases')
where sources.subject_id is null
