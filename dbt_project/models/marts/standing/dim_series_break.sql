-- Where a region's series break: what lies before `until_date` does not compare with what lies on or after
-- `from_date`. Of boundaries the source knows years, written as their first or last day: the whole year is within
-- the break. Coverage, from when an area's offices tell all that they register, is a rule of the home; it breaks the
-- areas above as well.
with regions as (
    select * from {{ ref('dim_region') }}
    where level_code in ('province', 'prefecture', 'county')
),

ended as (
    select * from regions
    where successor_codes is not null and valid_to is not null
),

founded as (
    select
        region_code,
        valid_from as from_date,
        case
            when extract(month from valid_from) = 1 and extract(day from valid_from) = 1
                then cast(cast(extract(year from valid_from) as string) || '-12-31' as date)
            else valid_from
        end as until_date,
        'boundary' as kind_code,
        region_name || '自' || cast(extract(year from valid_from) as string) || '年启用现行代码' as text_zh
    from regions
    where valid_to is null and valid_from is not null
),

-- codes are of twelve digits and parted by semicolons: one within another cannot be
grown as (
    select
        regions.region_code,
        case
            when extract(month from ended.valid_to) = 12 and extract(day from ended.valid_to) = 31
                then cast(cast(extract(year from ended.valid_to) as string) || '-01-01' as date)
            else ended.valid_to
        end as from_date,
        ended.valid_to as until_date,
        'boundary' as kind_code,
        cast(extract(year from ended.valid_to) as string) || '年承接了撤并的' || ended.region_name as text_zh
    from ended
    inner join regions on instr(ended.successor_codes, regions.region_code) > 0
),

coverage as (
    select
        region_code,
        cast(covered_from as date) as covered_date
    from {{ source('raw', 'ref_system_coverage') }}
),

covered as (
    select
        closure.descendant_code as region_code,
        coverage.covered_date
    from coverage
    inner join {{ ref('dim_region_closure') }} as closure on coverage.region_code = closure.ancestor_code
    union
    select
        closure.ancestor_code as region_code,
        coverage.covered_date
    from coverage
    inner join {{ ref('dim_region_closure') }} as closure on coverage.region_code = closure.descendant_code
),

latest as (
    select
        region_code,
        max(covered_date) as covered_date
    from covered
    group by region_code
),

united as (
    select * from founded
    union all
    select * from grown
    union all
    select
        latest.region_code,
        cast('1900-01-01' as date) as from_date,
        latest.covered_date as until_date,
        'coverage' as kind_code,
        '自' || cast(latest.covered_date as string) || '起报送齐全' as text_zh
    from latest
    inner join {{ ref('dim_region') }} as known on latest.region_code = known.region_code
),

final as (
    select distinct
        region_code,
        cast(from_date as date) as from_date,
        cast(until_date as date) as until_date,
        kind_code,
        text_zh
    from united
)

select * from final
