{{ config(materialized='view') }}
-- Which cells are left out of every total until the holds are lifted: what of a figure that lacks a unit (缺N) its
-- rows must lack, too.
with holds as (
    select * from {{ ref('int_holds') }}
),

final as (
    select distinct
        indicator_code,
        variant,
        month_start_date,
        region_code
    from holds
)

select * from final
