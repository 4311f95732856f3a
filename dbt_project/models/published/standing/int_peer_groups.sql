-- With whom a region is ranked: `siblings` have one parent; `level` is the same level within one
-- province, and for provinces within the nation. A tree without a common top is one group, `all`.
with regions as (
    select * from {{ ref('dim_region') }}
),

closure as (
    select * from {{ ref('dim_region_closure') }}
),

above as (
    select
        closure.descendant_code as region_code,
        closure.ancestor_code,
        row_number() over (
            partition by closure.descendant_code order by upper_regions.level_rank, closure.ancestor_code
        ) as height_rank
    from closure
    inner join regions as lower_regions on closure.descendant_code = lower_regions.region_code
    inner join regions as upper_regions on closure.ancestor_code = upper_regions.region_code
    where
        closure.distance > 0
        and upper_regions.level_rank >= case when lower_regions.level_rank <= 1 then 0 else 1 end
),

siblings as (
    select
        region_code,
        'siblings' as peer_group_code,
        coalesce(parent_code, 'all') as group_area_code,
        'all' as group_level_code,
        valid_to
    from regions
),

same_level as (
    select
        regions.region_code,
        'level' as peer_group_code,
        coalesce(above.ancestor_code, 'all') as group_area_code,
        regions.level_code as group_level_code,
        regions.valid_to
    from regions
    left join above on regions.region_code = above.region_code and above.height_rank = 1
),

final as (
    select * from siblings
    union all
    select * from same_level
)

select * from final
