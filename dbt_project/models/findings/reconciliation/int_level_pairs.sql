{{ config(materialized='table') }}
-- Offices that deliver, and those that deliver from regions within theirs: who tells nothing is nobody's other side.
with tellers as (
    select distinct office_code from {{ ref('int_standing_deliveries') }}
),

organisations as (
    select organisations.*
    from {{ ref('dim_organisation') }} as organisations
    inner join tellers on organisations.org_code = tellers.office_code
),

final as (
    select
        upper.org_code as upper_org_code,
        lower.org_code as lower_org_code,
        lower.is_petition_office as lower_petition_office_flag
    from organisations as upper
    inner join {{ ref('dim_region_closure') }} as closure
        on upper.region_code = closure.ancestor_code and closure.distance > 0
    inner join organisations as lower on closure.descendant_code = lower.region_code
)

select * from final
