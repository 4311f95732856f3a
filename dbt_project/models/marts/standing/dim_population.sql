with final as (
    select
        region_code,
        cast(year as integer) as population_year,
        kind_code,
        cast(person_count as bigint) as person_count,
        source as source_name
    from {{ source('raw', 'ref_populations') }}
)

select * from final
