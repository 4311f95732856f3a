with final as (
    select
        category_code,
        category_name
    from {{ source('raw', 'ref_categories') }}
)

select * from final
