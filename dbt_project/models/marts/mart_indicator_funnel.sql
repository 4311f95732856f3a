{{
    config(
        materialized='incremental', unique_key=figure_key(),
        meta={'touched': {'by': 'int_touched_periods'}}
    )
}}
-- From subjects to denominator: how many were left out of each figure, and why. Internal.
with cells as (
    select * from {{ ref('int_period_cells') }}
    where cut_code = 'all' {{ only_touched_figures(keyword='and') }}
),

closure as (
    select * from {{ ref('dim_region_closure') }}
),

reasons as (
    select * from {{ ref('ref_exclusion_reason') }}
),

summed as (
    select
        cells.indicator_code,
        cells.variant,
        cells.period_kind_code,
        cells.period,
        closure.ancestor_code as region_code,
        cells.excluded_because,
        cast(sum(cells.subject_count) as bigint) as subject_count
    from cells
    inner join closure on cells.region_code = closure.descendant_code
    group by
        cells.indicator_code, cells.variant, cells.period_kind_code, cells.period, closure.ancestor_code,
        cells.excluded_because
),

final as (
    select
        summed.*,
        case
            when summed.excluded_because = '' then '计入分母'
            else coalesce(reasons.reason_name, summed.excluded_because)
        end as reason_name
    from summed
    left join reasons on summed.excluded_because = reasons.excluded_because
)

select * from final
