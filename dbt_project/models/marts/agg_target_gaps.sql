{{ config(materialized='view') }}
-- How far months of a province's offices lie from a target or a cap that is set for them: what heaping at it is told
-- from (publication/statistics/heaping). Gap 0 is the first step on the good side, -1 the last one short of it: half a
-- point of a rate, a twentieth of anything else and at least one. Only counts of months of offices.
with targets as (
    select
        told.indicator_code,
        told.variant,
        nullif(told.region_code, '') as region_code,
        told.side_code,
        told.target_value as target_text,
        cast(told.target_value as double) as target_value,
        cast(told.valid_from as date) as valid_from,
        cast(nullif(told.valid_to, '') as date) as valid_to
    from {{ source('raw', 'ref_targets') }} as told
),

months as (
    select
        indicator_code,
        variant,
        kind_code,
        area_code as org_code,
        cast(period || '-01' as date) as month_start_date,
        case when {{ is_share('kind_code') }} then 100 * value else value end as told_value
    from {{ ref('mart_indicator_values') }}
    where
        period_kind_code = 'month' and area_kind_code = 'org' and cut_code = 'all' and value is not null
        and (not ({{ is_share('kind_code') }}) or den >= {{ threshold('target_minimum_n') }})
),

provinces as (
    {{ offices_of_provinces() }}
),

beside as (
    select
        provinces.family_code,
        provinces.org_code,
        targets.indicator_code,
        targets.variant,
        targets.target_text,
        case when targets.side_code = 'at_least' then 1 else -1 end
        * (months.told_value - targets.target_value) as gap_value,
        case
            when {{ is_share('months.kind_code') }} then cast(0.5 as double)
            else greatest(cast(1 as double), 0.05 * targets.target_value)
        end as step_value
    from months
    inner join targets
        on
            months.indicator_code = targets.indicator_code
            and months.variant = targets.variant
            and months.month_start_date >= targets.valid_from
            and (targets.valid_to is null or months.month_start_date <= targets.valid_to)
    inner join {{ ref('dim_organisation') }} as organisations on months.org_code = organisations.org_code
    inner join provinces on organisations.region_code = provinces.region_code
    left join {{ ref('dim_region_closure') }} as within
        on organisations.region_code = within.descendant_code and targets.region_code = within.ancestor_code
    where
        organisations.level_code <> 'province'
        and (targets.region_code is null or within.ancestor_code is not null)
        and months.month_start_date >= {{ checked_from() }}
        and last_day(months.month_start_date) <= {{ as_of_date() }}
),

final as (
    select
        family_code,
        org_code,
        indicator_code || '|' || variant || '|' || target_text as subject_code,
        cast(floor(cast(gap_value as double) / nullif(step_value, 0) + 1e-9) as integer) as gap_no,
        cast(count(*) as bigint) as n
    from beside
    group by
        family_code, org_code, indicator_code, variant, target_text,
        cast(floor(cast(gap_value as double) / nullif(step_value, 0) + 1e-9) as integer)
)

select * from final
