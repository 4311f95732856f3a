{{
    config(
        materialized='incremental', unique_key=by_figure(),
        meta={'touched': {'by': 'int_touched_periods'}}
    )
}}
-- The months whose cells a figure is the sum of.
with cells as (
    select * from {{ ref('int_period_cells') }}
    {{ only_touched_figures() }}
),

final as (
    select distinct
        indicator_code,
        variant,
        kind_code,
        period_kind_code,
        period,
        month_start_date
    from cells
)

select * from final
