-- The deliveries that count: those that their office did not take back.
with deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

withdrawals as (
    select * from {{ ref('int_withdrawn_deliveries') }}
),

final as (
    select deliveries.*
    from deliveries
    left join withdrawals on deliveries.delivery_sequence = withdrawals.withdrawn_sequence
    where withdrawals.withdrawn_sequence is null
)

select * from final
