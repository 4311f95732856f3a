with dated as (
    select
        *,
        row_number() over (partition by org_code order by valid_from desc) as recency_rank
    from {{ source('raw', 'ref_organisations') }}
),

organisations as (
    select * from dated
    where recency_rank = 1
),

final as (
    select
        org_code,
        org_name,
        region_code,
        level_code,
        is_petition_office = 'true' as is_petition_office,
        cast(nullif(valid_from, '') as date) as valid_from,
        cast(nullif(valid_to, '') as date) as valid_to
    from organisations
)

select * from final
