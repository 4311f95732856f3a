-- What may be printed. Order of work: values, findings, hold, disclosure. A figure that is held or
-- suppressed is null here, before any export; totals leave out what is held and say how much (缺N).
with cells as (
    select * from {{ ref('int_period_cells') }}
),

holds as (
    select * from {{ ref('int_holds') }}
),

closure as (
    select * from {{ ref('dim_region_closure') }}
),

regions as (
    select * from {{ ref('dim_region') }}
),

organisations as (
    select * from {{ ref('dim_organisation') }}
),

levels as (
    select * from {{ ref('ref_region_level') }}
),

held_cells as (
    select distinct indicator_code, variant, month_start_date, region_code
    from holds
),

flagged as (
    select
        cells.*,
        held_cells.region_code is not null as held_flag
    from cells
    left join held_cells
        on
            cells.indicator_code = held_cells.indicator_code
            and cells.variant = held_cells.variant
            and cells.month_start_date = held_cells.month_start_date
            and cells.region_code = held_cells.region_code
),

placed as (
    select flagged.*, 'region' as area_kind_code, closure.ancestor_code as area_code
    from flagged
    inner join closure on flagged.region_code = closure.descendant_code
    union all
    select flagged.*, 'org' as area_kind_code, flagged.org_code as area_code
    from flagged
    where flagged.cut_code = 'all'
),

-- the areas that are themselves held: those in a held subtree, and the organ that is asked
held_areas as (
    select distinct indicator_code, variant, month_start_date, 'region' as area_kind_code, region_code as area_code
    from holds
    where subtree_flag
    union
    select distinct holds.indicator_code, holds.variant, holds.month_start_date, 'org' as area_kind_code, organisations.org_code as area_code
    from holds
    inner join organisations on holds.region_code = organisations.region_code
    where holds.subtree_flag or holds.org_code = organisations.org_code
),

summed as (
    select
        placed.indicator_code,
        placed.variant,
        placed.kind_code,
        placed.period_kind_code,
        placed.period,
        placed.area_kind_code,
        placed.area_code,
        placed.cut_code,
        placed.cut_value,
        max(case when held_areas.area_code is not null then 1 else 0 end) = 1 as held_flag,
        cast(sum(case when not placed.held_flag then placed.num else 0 end) as decimal(18, 4)) as num,
        cast(sum(case when not placed.held_flag then placed.den else 0 end) as decimal(18, 4)) as den,
        cast(sum(
            case when not placed.held_flag and placed.excluded_because <> '' then placed.subject_count else 0 end
        ) as bigint) as excluded_count
    from placed
    left join held_areas
        on
            placed.indicator_code = held_areas.indicator_code
            and placed.variant = held_areas.variant
            and placed.month_start_date = held_areas.month_start_date
            and placed.area_kind_code = held_areas.area_kind_code
            and placed.area_code = held_areas.area_code
    group by
        placed.indicator_code, placed.variant, placed.kind_code, placed.period_kind_code, placed.period,
        placed.area_kind_code, placed.area_code, placed.cut_code, placed.cut_value
),

-- how many offices' figures a region's total leaves out, by period
missing as (
    select
        holds.indicator_code,
        holds.variant,
        periods.period_kind_code,
        periods.period,
        closure.ancestor_code as area_code,
        cast(count(distinct holds.org_code) as bigint) as missing_count,
        min(holds.text_zh) as hold_text
    from holds
    inner join (
        select distinct indicator_code, variant, period_kind_code, period, month_start_date from cells
    ) as periods
        on
            holds.indicator_code = periods.indicator_code
            and holds.variant = periods.variant
            and holds.month_start_date = periods.month_start_date
    inner join closure on holds.office_region_code = closure.descendant_code
    group by holds.indicator_code, holds.variant, periods.period_kind_code, periods.period, closure.ancestor_code
),

areas as (
    select region_code as area_code, 'region' as area_kind_code, region_name as area_name, parent_code, level_code, level_rank
    from regions
    union all
    select
        organisations.org_code as area_code,
        'org' as area_kind_code,
        organisations.org_name as area_name,
        organisations.region_code as parent_code,
        organisations.level_code,
        levels.level_rank
    from organisations
    inner join levels on organisations.level_code = levels.level_code
),

described as (
    select
        summed.*,
        areas.area_name,
        areas.parent_code,
        areas.level_code,
        coalesce(missing.missing_count, 0) as missing_count,
        missing.hold_text,
        coalesce(areas.level_rank, 9) >= 3 as small_area_flag,
        case when summed.kind_code = 'count' then summed.num else summed.den end as n
    from summed
    left join areas
        on summed.area_code = areas.area_code and summed.area_kind_code = areas.area_kind_code
    left join missing
        on
            summed.indicator_code = missing.indicator_code
            and summed.variant = missing.variant
            and summed.period_kind_code = missing.period_kind_code
            and summed.period = missing.period
            and summed.area_code = missing.area_code
            and summed.area_kind_code = 'region'
),

primary_suppressed as (
    select
        *,
        small_area_flag and not held_flag and n > 0 and n < {{ threshold('suppress_below') }} as small_flag
    from described
),

-- one hidden sibling could be had back from the total: hide the next smallest with it
siblings as (
    select
        *,
        sum(case when small_flag then 1 else 0 end) over (
            partition by indicator_code, variant, period, area_kind_code, parent_code, cut_code, cut_value
        ) as small_siblings,
        row_number() over (
            partition by indicator_code, variant, period, area_kind_code, parent_code, cut_code, cut_value,
                small_flag or held_flag or n = 0 or not small_area_flag
            order by n, area_code
        ) as size_rank
    from primary_suppressed
),

judged as (
    select
        *,
        case
            when held_flag then 'held'
            when small_flag then 'suppressed'
            when small_siblings = 1 and small_area_flag and n > 0 and size_rank = 1 then 'suppressed'
            else 'published'
        end as status_code
    from siblings
),

final as (
    select
        indicator_code,
        variant,
        kind_code,
        period_kind_code,
        period,
        area_kind_code,
        area_code,
        area_name,
        parent_code,
        level_code,
        cut_code,
        cut_value,
        status_code,
        case
            when status_code = 'held' then coalesce(hold_text, '所在地区的报送未能核实，暂缓发布。')
            when status_code = 'suppressed' then '基数过小或可由合计推出，为保护个人不予公布。'
            when missing_count > 0 then '缺' || cast(missing_count as varchar)
        end as reason_text,
        missing_count,
        case when status_code = 'published' then num end as num,
        case when status_code = 'published' then den end as den,
        case when status_code = 'published' then excluded_count end as excluded_count,
        case
            when status_code <> 'published' then null
            when kind_code = 'count' then cast(num as double)
            else round(cast(num as double) / nullif(cast(den as double), 0), 6)
        end as value,
        case when status_code = 'published' and kind_code <> 'count' then {{ wilson('num', 'den', -1) }} end as value_low,
        case when status_code = 'published' and kind_code <> 'count' then {{ wilson('num', 'den', 1) }} end as value_high,
        case
            when status_code = 'published' and kind_code <> 'count' then n < {{ threshold('rank_minimum_n') }}
        end as small_base_flag
    from judged
)

select * from final
