-- The cells that may be added up, placed in each area they count in; held_flag: left out of totals.
-- Where a build goes on, of the periods that are made again alone.
with cells as (
    select * from {{ ref('int_period_cells') }}
    {{ only_periods('cell') }}
),

closure as (
    select * from {{ ref('dim_region_closure') }}
),

held_cells as (
    select distinct
        indicator_code,
        variant,
        month_start_date,
        region_code
    from {{ ref('int_holds') }}
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

by_region as (
    select
        flagged.*,
        'region' as area_kind_code,
        closure.ancestor_code as area_code
    from flagged
    inner join closure on flagged.region_code = closure.descendant_code
),

by_org as (
    select
        *,
        'org' as area_kind_code,
        org_code as area_code
    from flagged
    where cut_code = 'all' and org_code <> 'none'
),

final as (
    select * from by_region
    union all
    select * from by_org
)

select * from final
