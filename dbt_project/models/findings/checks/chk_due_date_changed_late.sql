-- A due date told anew after it had passed, and later (C04): what was overdue as known then is not as told now.
-- Loads of history are left out: when their office first knew is not known.
with deliveries as (
    select * from {{ ref('stg_deliveries') }}
    where not historic_flag
),

found as (
    select
        changes.ledger,
        changes.told_by_office_code as org_code,
        changes.due_date_before as asked_date,
        changes.subject_id || '|' || changes.due_column || '|' || cast(changes.version_no as string) as subject_id,
        '期限' || cast(changes.due_date_before as string) || '已过，到'
        || cast(cast(changes.known_from_at as date) as string)
        || case
            when changes.due_date is null then '报来取消'
            else '报来改为' || cast(changes.due_date as string)
        end || '，请说明依据和批准的日期。' as text_zh
    from {{ ref('fct_due_date_changes') }} as changes
    inner join deliveries on changes.delivery_sequence = deliveries.delivery_sequence
    where
        changes.due_date_before < cast(changes.known_from_at as date)
        and (changes.due_date is null or changes.due_date > changes.due_date_before)
)

{{ asked('C04') }}
