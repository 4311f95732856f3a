with dated as (
    select
        *,
        row_number() over (partition by region_code order by valid_from desc) as recency_rank
    from {{ source('raw', 'ref_regions') }}
),

regions as (
    select * from dated
    where recency_rank = 1
),

levels as (
    select * from {{ ref('ref_region_level') }}
),

final as (
    select
        regions.region_code,
        regions.region_name,
        regions.level_code,
        levels.level_rank,
        nullif(regions.parent_code, '') as parent_code,
        cast(nullif(regions.valid_from, '') as date) as valid_from,
        cast(nullif(regions.valid_to, '') as date) as valid_to,
        nullif(regions.successor_codes, '') as successor_codes
    from regions
    inner join levels on regions.level_code = levels.level_code
)

select * from final
