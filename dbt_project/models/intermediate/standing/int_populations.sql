-- The resident population of a region, from the year of its count until the next one there is of the region.
with residents as (
    select * from {{ ref('dim_population') }}
    where kind_code = 'resident' and person_count > 0
),

final as (
    select
        region_code,
        population_year as from_year,
        lead(population_year) over (partition by region_code order by population_year nulls last) as until_year,
        cast(person_count as decimal(18, 4)) as person_count,
        '人口取 ' || cast(population_year as string) || ' 年常住人口（' || source_name || '），'
        || '各月、各年同一个数' as population_text
    from residents
)

select * from final
