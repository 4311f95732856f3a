{{ config(materialized='view') }}
-- The values by which an indicator may be cut, one row a subject; a column a cut (see cut_columns).
with petitions as (
    select * from {{ ref('fct_petitions') }}
),

cases as (
    select * from {{ ref('fct_cases') }}
),

final as (
    select
        registration_id as subject_id,
        channel_code,
        register_level_code,
        case when category_code like 'unmapped:%' then 'unmapped' else category_code end as category_code,
        cast(null as string) as batch_no
    from petitions
    union all
    select
        case_id as subject_id,
        cast(null as string) as channel_code,
        cast(null as string) as register_level_code,
        cast(null as string) as category_code,
        batch_no
    from cases
)

select * from final
