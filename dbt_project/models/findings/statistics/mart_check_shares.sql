{{ config(materialized='table') }}
-- depends_on: {{ ref('agg_checked_shares') }}
-- depends_on: {{ ref('agg_deadline_days') }}
-- depends_on: {{ ref('agg_target_gaps') }}
-- Each office whose share could be tested against its peers', and what the test says: publication/statistics.
with final as (
    select
        check_code,
        org_code,
        subject_code,
        from_month_date,
        month_start_date,
        n,
        asked_count,
        asked_back_count,
        rest_count,
        rest_back_count,
        peer_count,
        peer_n,
        peer_asked_count,
        statistic,
        p_value,
        q_value,
        q_value <= {{ threshold('false_discovery_rate') }} as asked_flag
    from {{ source('raw', 'check_shares') }}
)

select * from final
