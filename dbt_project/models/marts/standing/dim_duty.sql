-- What organs have to do regularly, as the home's rules say: the denominator of what is asked of all of them.
with organisations as (
    select * from {{ ref('dim_organisation') }}
),

final as (
    select
        'duty|' || duties.duty_code || '|' || duties.org_code as duty_id,
        duties.duty_code,
        duties.org_code,
        organisations.region_code as org_region_code,
        cast(duties.valid_from as date) as valid_from,
        coalesce(cast(nullif(duties.valid_to, '') as date), cast('9999-12-31' as date)) as valid_to,
        nullif(duties.source, '') as source_text
    from {{ source('raw', 'ref_duties') }} as duties
    left join organisations on duties.org_code = organisations.org_code
)

select * from final
