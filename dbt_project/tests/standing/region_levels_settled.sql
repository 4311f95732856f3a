{{ config(meta={'dagster': {'ref': {'name': 'dim_region'}}}) }}
-- No region of the reference is lost for want of a known level.
select distinct listed.region_code
from {{ source('raw', 'ref_regions') }} as listed
left join {{ ref('dim_region') }} as regions on listed.region_code = regions.region_code
where regions.region_code is null
