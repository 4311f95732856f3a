-- Areas of one parent whose populations are of different years (C28): their figures per 10,000 do not compare.
with populations as (
    select * from {{ ref('int_populations') }}
    where
        from_year <= extract(year from {{ as_of_date() }})
        and coalesce(until_year, 9999) > extract(year from {{ as_of_date() }})
),

siblings as (
    select
        regions.parent_code,
        cast(count(*) as bigint) as area_count,
        min(populations.from_year) as first_year,
        max(populations.from_year) as last_year
    from populations
    inner join {{ ref('dim_region') }} as regions on populations.region_code = regions.region_code
    where regions.valid_to is null or regions.valid_to > {{ as_of_date() }}
    group by regions.parent_code
),

offices as (
    select
        region_code,
        min(org_code) as org_code
    from {{ ref('dim_organisation') }}
    where is_petition_office
    group by region_code
),

found as (
    select
        offices.org_code,
        {{ as_of_date() }} as asked_date,
        siblings.parent_code as subject_id,
        siblings.area_count,
        cast(siblings.last_year - siblings.first_year as double) as year_count,
        '所辖 ' || cast(siblings.area_count as string) || ' 个地区的人口不是同一年的（'
        || cast(siblings.first_year as string) || ' 至 ' || cast(siblings.last_year as string)
        || '），按人口算的数字不可比，请补齐人口表。' as text_zh
    from siblings
    inner join offices on siblings.parent_code = offices.region_code
    where siblings.first_year < siblings.last_year
)

{{ asked('C28', 'petition_register', n='area_count', statistic='year_count') }}
