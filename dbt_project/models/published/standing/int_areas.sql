-- What a figure can be about: a region, or an organ under its region.
with regions as (
    select * from {{ ref('dim_region') }}
),

organisations as (
    select * from {{ ref('dim_organisation') }}
),

levels as (
    select * from {{ ref('ref_region_level') }}
),

final as (
    select
        'region' as area_kind_code,
        region_code as area_code,
        region_name as area_name,
        parent_code,
        level_code,
        level_rank
    from regions
    union all
    select
        'org' as area_kind_code,
        organisations.org_code as area_code,
        organisations.org_name as area_name,
        organisations.region_code as parent_code,
        organisations.level_code,
        levels.level_rank
    from organisations
    inner join levels on organisations.level_code = levels.level_code
)

select * from final
