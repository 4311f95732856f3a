-- The cells that may be added up, a month's of a region together, placed in each area they count in; held_flag:
-- left out of totals.
-- Where a build goes on, of the periods that are made again alone.
{%- set cell = figure_columns() + ['month_start_date', 'region_code', 'held_flag'] %}
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

of_regions as (
    {{ added_up('flagged', cell) }}
),

by_region as (
    select
        of_regions.*,
        'region' as area_kind_code,
        closure.ancestor_code as area_code
    from of_regions
    inner join closure on of_regions.region_code = closure.descendant_code
),

at_organs as (
    select * from flagged
    where cut_code = 'all' and org_code <> 'none'
),

of_organs as (
    {{ added_up('at_organs', cell + ['org_code']) }}
),

by_org as (
    select
        {{ cell | join(', ') }},
        num,
        den,
        n,
        excluded_count,
        'org' as area_kind_code,
        org_code as area_code
    from of_organs
),

final as (
    select * from by_region
    union all
    select * from by_org
)

select * from final
