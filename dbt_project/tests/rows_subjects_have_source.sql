{{ config(meta={'dagster': {'ref': {'name': 'mart_subject_rows'}}}) }}
-- Every subject has the row of its own ledger: the register for a registration, the case for a case, a
-- plain ledger's own row; not merely one that is told beside it. A duty is a rule of the home, and has none.
with subjects as (
    select distinct subject_id from {{ tested_indicator_rows() }} as rows_of
    where subject_id not like 'duty|%'
),

sources as (
    select subject_id from {{ ref('mart_subject_rows') }}
    where
        (ledger in ('petition_register', 'backlog_cases') or subject_id like ledger || '|%')
        -- nobody's own: the longest ledgers need not be looked through
        and ledger not in ('handling_events', 'evaluations')
        and subject_id in (select subject_id from subjects)
)

select subjects.subject_id
from subjects
left join sources on subjects.subject_id = sources.subject_id
where sources.subject_id is null
