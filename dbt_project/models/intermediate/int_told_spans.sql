{{ config(materialized='view') }}
-- From which day to which each standing delivery tells of a ledger: its rows' first and last day; a nil return is of
-- the month that it declares. Null of one that says no day.
with deliveries as (
    select * from {{ ref('int_standing_deliveries') }}
),

ledgers as (
    select * from {{ ref('stg_delivery_ledgers') }}
    where loaded_count > 0 or nil_flag
),

final as (
    select
        deliveries.office_code,
        ledgers.ledger,
        ledgers.delivery_sequence,
        deliveries.recorded_at,
        deliveries.historic_flag,
        case when ledgers.nil_flag then ledgers.declared_month_date else ledgers.first_date end as first_date,
        case when ledgers.nil_flag then last_day(ledgers.declared_month_date) else ledgers.last_date end as last_date
    from ledgers
    inner join deliveries on ledgers.delivery_sequence = deliveries.delivery_sequence
)

select * from final
