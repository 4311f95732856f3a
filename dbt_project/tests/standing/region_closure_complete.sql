{{ config(meta={'dagster': {'ref': {'name': 'dim_region_closure'}}}) }}
-- Each region stands once at distance 0, and as many regions above it as the tree says.
with counted as (
    select
        descendant_code as region_code,
        sum(case when distance = 0 then 1 else 0 end) as self_count,
        count(*) as row_count
    from {{ ref('dim_region_closure') }}
    group by descendant_code
)

select regions.region_code
from {{ ref('dim_region') }} as regions
left join counted on regions.region_code = counted.region_code
left join counted as above on regions.parent_code = above.region_code
where
    counted.self_count is distinct from 1
    or counted.row_count is distinct from coalesce(above.row_count, 0) + 1
