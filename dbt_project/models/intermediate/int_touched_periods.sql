-- The figures of which a cell has changed since the last finished build: of its definition, its month and its year.
with months as (
    select distinct
        indicator_code,
        variant,
        month_start_date
    from {{ ref('int_cell_changes') }}
),

final as (
    select
        indicator_code,
        variant,
        {{ month_period('month_start_date') }} as period
    from months
    union
    select
        indicator_code,
        variant,
        {{ year_period('month_start_date') }} as period
    from months
)

select * from final
