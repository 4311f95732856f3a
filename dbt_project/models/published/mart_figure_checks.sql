{{ config(materialized='view') }}
-- What was asked of each published figure, and what the answer is: whether it has a definition, whether it is what its
-- parts come to, whether the levels tell the same, whether all was told that falls into its time. Four rows a figure.
{%- set key = [
    'indicator_code', 'variant', 'period_kind_code', 'period', 'area_kind_code', 'area_code', 'cut_code', 'cut_value'
] %}
with indicators as (
    select
        *,
        ',' || ledgers || ',' as listed_ledgers
    from {{ ref('dim_indicator') }}
),

figures as (
    select
        figures.*,
        indicators.definition_version,
        indicators.sums_code,
        indicators.declared_only_flag,
        indicators.listed_ledgers,
        {{ is_share('figures.kind_code') }} as share_flag
    from {{ ref('mart_published_values') }} as figures
    left join indicators on figures.indicator_code = indicators.indicator_code and figures.variant = indicators.variant
    where figures.status_code = 'published'
),

named as (
    select distinct ledger from {{ ref('mart_area_checks') }}
),

-- what an indicator is made of
ledgers as (
    select
        indicators.indicator_code,
        indicators.variant,
        named.ledger
    from named
    inner join indicators on indicators.listed_ledgers like '%,' || named.ledger || ',%'
),

known as (
    select
        ledgers.indicator_code,
        ledgers.variant,
        checks.family_code,
        checks.area_kind_code,
        checks.area_code,
        checks.period,
        cast(sum(checks.asked_count) as bigint) as asked_count,
        cast(sum(checks.failed_count) as bigint) as failed_count,
        cast(sum(checks.late_count) as bigint) as late_count
    from {{ ref('mart_area_checks') }} as checks
    inner join ledgers on checks.ledger = ledgers.ledger
    group by
        ledgers.indicator_code, ledgers.variant, checks.family_code, checks.area_kind_code, checks.area_code,
        checks.period
),

-- what the published areas directly below come to
below as (
    select
        indicator_code,
        variant,
        period,
        cut_code,
        cut_value,
        parent_code,
        area_kind_code,
        count(*) as area_count,
        sum(num) as num,
        sum(den) as den
    from figures
    where area_kind_code = 'region' and parent_code is not null and kind_code <> 'per_capita' and sums_code is null
    group by indicator_code, variant, period, cut_code, cut_value, parent_code, area_kind_code
),

defined as (
    select
        {% for c in key %}{{ c }}, {% endfor %}
        'definition' as family_code,
        case
            when declared_only_flag then 'not_applicable'
            when definition_version is null then 'failed'
            else 'passed'
        end as answer_code,
        case
            when declared_only_flag then '申报数，没有公式可以核对'
            when definition_version is null then '指标目录中没有写明定义'
            else '按定义 ' || definition_version || ' 版由台账重算'
        end as answer_text
    from figures
),

reckoned as (
    select
        figures.*,
        below.area_count,
        coalesce(below.num > figures.num or below.den > figures.den, false) as less_than_parts_flag,
        figures.num >= 0
        and coalesce(figures.den >= 0, true)
        and (figures.value is not null or coalesce(figures.den, 0) = 0)
        and (
            not figures.share_flag
            or figures.value is null
            or (
                figures.num <= figures.den
                and abs(figures.value - cast(figures.num as double) / nullif(cast(figures.den as double), 0)) < 0.000001
                and figures.value >= figures.value_low - 0.000001
                and figures.value <= figures.value_high + 0.000001
            )
        ) as sound_flag
    from figures
    left join below
        on
            figures.area_kind_code = below.area_kind_code
            and figures.area_code = below.parent_code
            and figures.indicator_code = below.indicator_code
            and figures.variant = below.variant
            and figures.period = below.period
            and figures.cut_code = below.cut_code
            and figures.cut_value = below.cut_value
),

added as (
    select
        {% for c in key %}{{ c }}, {% endfor %}
        'arithmetic' as family_code,
        case when sound_flag and not less_than_parts_flag then 'passed' else 'failed' end as answer_code,
        case
            when not coalesce(sound_flag, false) then '由分子、分母重算不符'
            when less_than_parts_flag then '下级各地合计多于本级'
            when area_count > 0 then '重算相符，不少于所发布的下级 ' || cast(area_count as string) || ' 个地区的合计'
            else '重算相符'
        end as answer_text
    from reckoned
),

families as (
    select 'reconciliation' as family_code
    union all
    select 'timing' as family_code
),

answered as (
    select
        {% for c in key -%}
        figures.{{ c }},
        {% endfor -%}
        families.family_code,
        known.asked_count,
        known.failed_count,
        known.late_count,
        families.family_code = 'timing' and figures.missing_count > 0 as missing_flag
    from figures
    cross join families
    left join known
        on
            families.family_code = known.family_code
            and figures.indicator_code = known.indicator_code
            and figures.variant = known.variant
            and figures.area_kind_code = known.area_kind_code
            and figures.area_code = known.area_code
            and figures.period = known.period
),

told as (
    select
        {% for c in key %}{{ c }}, {% endfor %}
        family_code,
        case
            when missing_flag or failed_count > 0 then 'failed'
            when asked_count is null then 'not_applicable'
            else 'passed'
        end as answer_code,
        case
            when missing_flag then '有单位的报送未能核实，数字中没有它们'
            when asked_count is null and family_code = 'timing' then '没有规则写明应报的台账'
            when asked_count is null then '没有上下级都报的件可以对照'
            when family_code = 'timing'
                then
                    '应报 ' || cast(asked_count as string) || ' 次，迟报 ' || cast(late_count as string) || ' 次，没有报 '
                    || cast(failed_count as string) || ' 次'
            else
                '上下级对照 ' || cast(asked_count as string) || ' 组，不一致而没有解释的 '
                || cast(failed_count as string) || ' 件'
        end as answer_text
    from answered
),

final as (
    select * from defined
    union all
    select * from added
    union all
    select * from told
)

select * from final
