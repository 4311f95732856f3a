{{ config(meta={'dagster': {'ref': {'name': 'mart_indicator_values'}}}) }}
-- What is counted by population has that of the area itself, of the latest year there is up to the period's.
with latest as (
    select
        valued.indicator_code,
        valued.variant,
        valued.period,
        valued.area_code,
        valued.den,
        max(populations.population_year) as population_year
    from {{ tested('mart_indicator_values') }} as valued
    left join {{ ref('dim_population') }} as populations
        on
            valued.area_code = populations.region_code
            and populations.kind_code = 'resident'
            and populations.population_year <= cast(substr(valued.period, 1, 4) as int)
    where valued.kind_code = 'per_capita'
    group by valued.indicator_code, valued.variant, valued.period, valued.area_code, valued.den
)

select latest.*
from latest
left join {{ ref('dim_population') }} as populations
    on
        latest.area_code = populations.region_code
        and populations.kind_code = 'resident'
        and latest.population_year = populations.population_year
where latest.den is distinct from populations.person_count
