-- depends_on: {{ ref('int_holds_before') }}
-- Which cells a finding holds: indicator and month, and the region codes that are not proven. A check holds the
-- indicators of its ledger, or those of them that its row in checks.csv names.
-- An office at county level or below stands for all of its region; one above stands for what it
-- registers itself, so that a province is not held for one broken file of its own office. What does not add
-- over areas (matters) can leave nobody out of a total: it is held in every area above as well.
with findings as (
    select
        findings.*,
        ' ' || checks.indicator_codes || ' ' as held_indicator_codes
    from {{ ref('fct_findings') }} as findings
    inner join {{ source('raw', 'ref_checks') }} as checks on findings.check_code = checks.check_code
    where findings.severity_code = 'hold' and findings.waived_to_date is null
),

organisations as (
    select * from {{ ref('dim_organisation') }}
),

levels as (
    select * from {{ ref('ref_region_level') }}
),

indicators as (
    select
        indicator_code,
        variant,
        coalesce(sums_code, '') as sums_code,
        ',' || ledgers || ',' as ledgers
    from {{ ref('dim_indicator') }}
),

closure as (
    select * from {{ ref('dim_region_closure') }}
),

held_indicators as (
    select
        indicators.indicator_code,
        indicators.variant,
        indicators.sums_code,
        findings.org_code,
        findings.month_start_date,
        findings.check_code,
        findings.text_zh,
        organisations.region_code as office_region_code,
        levels.level_rank >= 3 as subtree_flag
    from findings
    inner join organisations on findings.org_code = organisations.org_code
    inner join levels on organisations.level_code = levels.level_code
    inner join indicators
        on
            (findings.ledger is null or indicators.ledgers like '%,' || findings.ledger || ',%')
            and (
                findings.held_indicator_codes = '  '
                or findings.held_indicator_codes like '% ' || indicators.indicator_code || ' %'
            )
),

below as (
    select
        held_indicators.*,
        closure.descendant_code as region_code
    from held_indicators
    inner join closure
        on
            held_indicators.office_region_code = closure.ancestor_code
            and (held_indicators.subtree_flag or closure.distance = 0)
    where closure.descendant_code not like 'only:%'
),

above as (
    select
        held_indicators.*,
        'only:' || closure.ancestor_code as region_code
    from held_indicators
    inner join closure on held_indicators.office_region_code = closure.descendant_code
    where held_indicators.sums_code = 'matter'
),

united as (
    select * from below
    union all
    select * from above
),

final as (
    select
        indicator_code,
        variant,
        org_code,
        month_start_date,
        check_code,
        text_zh,
        office_region_code,
        subtree_flag or region_code like 'only:%' as subtree_flag,
        region_code
    from united
)

select * from final
