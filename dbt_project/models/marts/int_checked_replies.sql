{{ config(materialized='view') }}
-- Of the cases that the statistical checks look at, those of replies.
with petitions as (
    select * from {{ ref('fct_petitions') }}
    where cast(registered_at as date) >= {{ checked_from() }}
),

-- C11: of what was answered in the last two weeks of its term, what on the last day
answered as (
    select
        'C11' as check_code,
        registration_id,
        coalesce(responsible_org_code, register_org_code) as org_code,
        {{ month_start('replied_at') }} as month_start_date,
        cast(replied_at as date) = coalesce(effective_reply_due_date, reply_due_date) as asked_flag
    from petitions
    where
        cast(replied_at as date) <= coalesce(effective_reply_due_date, reply_due_date)
        and cast(replied_at as date) > {{ add_days('coalesce(effective_reply_due_date, reply_due_date)', -14) }}
),

flips as (
    select * from {{ ref('int_reply_flips') }}
),

-- D12: answered in time as is told now, and not as its office told after the term had ended
told_later as (
    select
        'D12' as check_code,
        registration_id,
        org_code,
        {{ month_start('reply_due_date') }} as month_start_date,
        not in_time_then_flag as asked_flag
    from flips
    where in_time_now_flag
),

-- D14: of what was told after the term and then otherwise, what became in time: errors have two sides
turned as (
    select
        'D14' as check_code,
        registration_id,
        org_code,
        {{ month_start('reply_due_date') }} as month_start_date,
        in_time_now_flag as asked_flag
    from flips
    where told_then_flag and told_now_flag and in_time_then_flag <> in_time_now_flag
),

-- D19: of the different texts of a month's replies, by the first case of each, those that many cases got: what is sent
-- to many is one text, and counts as one
replied_alike as (
    select
        'D19' as check_code,
        registration_id,
        org_code,
        month_start_date,
        alike_flag as asked_flag
    from {{ ref('int_reply_texts') }}
),

final as (
    select * from answered
    union all
    select * from replied_alike
    union all
    select * from told_later
    union all
    select * from turned
)

select * from final
