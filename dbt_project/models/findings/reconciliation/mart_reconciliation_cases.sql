{{ config(materialized='table') }}
-- Every case of which two levels tell otherwise: only the upper has it, only the lower, or both and not alike; with the
-- place of each telling, when it was recorded, and what explains it.
with cases as (
    select * from {{ ref('int_reconciled_registers') }}
    union all
    select * from {{ ref('int_reconciled_transfers') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

final as (
    select
        cases.basis_code,
        cases.upper_org_code,
        cases.lower_org_code,
        cases.month_start_date,
        cases.registration_id,
        case
            when cases.lower_delivery_sequence is null then 'upper'
            when cases.upper_delivery_sequence is null then 'lower'
            else 'both'
        end as side_code,
        cases.part_code,
        cases.upper_count,
        cases.lower_count,
        cases.differing_columns,
        above.recorded_at as upper_recorded_at,
        cases.upper_delivery_sequence,
        cases.upper_sheet_no,
        cases.upper_row_no,
        below.recorded_at as lower_recorded_at,
        cases.lower_delivery_sequence,
        cases.lower_sheet_no,
        cases.lower_row_no
    from cases
    left join deliveries as above on cases.upper_delivery_sequence = above.delivery_sequence
    left join deliveries as below on cases.lower_delivery_sequence = below.delivery_sequence
    where cases.part_code <> 'agreed' or cases.differing_columns is not null
)

select * from final
