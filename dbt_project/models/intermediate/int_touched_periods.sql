-- The periods of which a cell has changed since the last finished build: its month and its year.
with months as (
    select distinct month_start_date from {{ ref('int_cell_changes') }}
),

final as (
    select {{ month_period('month_start_date') }} as subject_id from months
    union
    select {{ year_period('month_start_date') }} as subject_id from months
)

select * from final
