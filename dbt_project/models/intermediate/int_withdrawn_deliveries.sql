-- The deliveries that their own office took back, and from which delivery on they count no more.
with withdrawals as (
    select * from {{ ref('stg_delivery_withdrawals') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

final as (
    select
        withdrawals.withdrawn_sequence,
        min(withdrawals.delivery_sequence) as effective_sequence
    from withdrawals
    inner join deliveries
        on
            withdrawals.withdrawn_sequence = deliveries.delivery_sequence
            and withdrawals.office_code = deliveries.office_code
            and withdrawals.delivery_sequence > deliveries.delivery_sequence
    group by withdrawals.withdrawn_sequence
)

select * from final
