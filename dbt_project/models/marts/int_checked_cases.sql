{{ config(materialized='view') }}
-- The cases that the statistical checks look at, each check by itself: of which office and month, and whether the case
-- is of the kind that recording can bring about. Counted by agg_checked_shares.
with final as (
    select * from {{ ref('int_checked_registrations') }}
    union all
    select * from {{ ref('int_checked_replies') }}
    union all
    select * from {{ ref('int_checked_ratings') }}
    union all
    select * from {{ ref('int_checked_closings') }}
)

select * from final
