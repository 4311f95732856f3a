-- Where an indicator's series breaks everywhere: the law behind a clock that it uses was replaced, or the home says
-- that a definition changed. What began under the old law ends under it, so the days of the old term are within the
-- break. Only indicators that use the clock break.
{%- set in_order = '(partition by clock_code, level_code order by valid_from, rule_code nulls last)' %}
with indicators as (
    select * from {{ ref('dim_indicator') }}
),

rules as (
    select
        *,
        lag(regime_code) over {{ in_order }} as regime_before,
        lag(legal_basis) over {{ in_order }} as basis_before,
        lag(day_count) over {{ in_order }} as day_count_before,
        lag(day_kind_code) over {{ in_order }} as day_kind_before
    from {{ ref('dim_deadline_rule') }}
    where valid_from is not null and procedure_code is null and (special_rank = 0 or clock_code = 'tier_forward')
),

replaced as (
    select
        clock_code,
        valid_from as from_date,
        -- a week has five working days and a holiday is long: twice as many days hold them
        {{ add_days('valid_from', "day_count_before * case when day_kind_before = 'working' then 2 else 1 end") }}
            as until_date,
        '自' || cast(valid_from as string) || '起期限依' || coalesce(legal_basis, rule_code)
        || '，此前依' || coalesce(basis_before, regime_before) as text_zh
    from rules
    where regime_code <> regime_before or day_count <> day_count_before or day_kind_code <> day_kind_before
),

told as (
    select
        indicator_code,
        nullif(variant, '') as variant,
        cast(changed_on as date) as changed_date,
        text_zh
    from {{ source('raw', 'ref_definition_breaks') }}
),

united as (
    select
        indicators.indicator_code,
        indicators.variant,
        replaced.from_date,
        replaced.until_date,
        'law' as kind_code,
        replaced.text_zh
    from indicators
    inner join replaced on instr(',' || indicators.clock_codes || ',', ',' || replaced.clock_code || ',') > 0
    union all
    select
        indicators.indicator_code,
        indicators.variant,
        told.changed_date as from_date,
        told.changed_date as until_date,
        'definition' as kind_code,
        '自' || cast(told.changed_date as string) || '起口径改变：' || told.text_zh as text_zh
    from indicators
    inner join told
        on
            indicators.indicator_code = told.indicator_code
            and coalesce(told.variant, indicators.variant) = indicators.variant
),

final as (
    select distinct
        indicator_code,
        variant,
        cast(from_date as date) as from_date,
        cast(until_date as date) as until_date,
        kind_code,
        text_zh
    from united
)

select * from final
