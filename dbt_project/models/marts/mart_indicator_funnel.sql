{{
    config(
        materialized='incremental', unique_key=by_figure(),
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

of_regions as (
    select
        indicator_code,
        variant,
        period_kind_code,
        period,
        region_code,
        excluded_because,
        sum(subject_count) as subject_count
    from cells
    group by indicator_code, variant, period_kind_code, period, region_code, excluded_because
),

summed as (
    select
        of_regions.indicator_code,
        of_regions.variant,
        of_regions.period_kind_code,
        of_regions.period,
        closure.ancestor_code as region_code,
        of_regions.excluded_because,
        cast(sum(of_regions.subject_count) as bigint) as subject_count
    from of_regions
    inner join closure on of_regions.region_code = closure.descendant_code
    group by
        of_regions.indicator_code, of_regions.variant, of_regions.period_kind_code, of_regions.period,
        closure.ancestor_code, of_regions.excluded_because
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
