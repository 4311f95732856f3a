-- A declared rate that its own counts do not bear (C32). Printed with so many decimals it stands for what is rounded to
-- it, up or down, or cut off; where one of the counts is not told, some whole number must give it (GRIM: Brown and
-- Heathers 2017, Social Psychological and Personality Science 8: 363-369).
with figures as (
    select
        *,
        100 * cast(numerator_count as bigint) as hundredfold,
        nullif(denominator_count, 0) as whole,
        cast(
            case
                when abs(rate_percent - round(rate_percent)) < 1e-6 then 1
                when abs(rate_percent * 10 - round(rate_percent * 10)) < 1e-6 then 0.1
                else 0.01
            end as double
        ) as printed_step
    from {{ ref('fct_declared_figures') }}
    where in_force_flag and rate_percent is not null
),

bounds as (
    select
        *,
        greatest(rate_percent - printed_step * 0.5 - 1e-9, cast(0 as double)) as least_percent,
        rate_percent + printed_step - 1e-9 as below_percent
    from figures
),

judged as (
    select
        *,
        case
            when numerator_count is not null and denominator_count is not null
                then hundredfold >= least_percent * whole and hundredfold < below_percent * whole
            when numerator_count is null
                then ceil(least_percent * whole * 0.01) < below_percent * whole * 0.01
            when numerator_count > 0
                then
                    least_percent = 0
                    or floor(cast(hundredfold as double) / nullif(least_percent, 0))
                    > cast(hundredfold as double) / nullif(below_percent, 0)
            else least_percent = 0
        end as possible_flag
    from bounds
    where numerator_count is not null or denominator_count is not null
),

found as (
    select
        declaring_org_code as org_code,
        figure_date as asked_date,
        subject_id || '|rate_percent' as subject_id,
        '申报比率 ' || cast(cast(rate_percent as decimal(9, 2)) as string) || '%，'
        || case
            when numerator_count is not null and denominator_count is not null
                then
                    '而申报分子 ' || cast(numerator_count as string) || '、分母 ' || cast(denominator_count as string)
                    || ' 算得 '
                    || cast(cast(cast(hundredfold as double) / nullif(whole, 0) as decimal(9, 2)) as string) || '%'
            when numerator_count is null
                then '而分母为 ' || cast(denominator_count as string) || ' 时没有一个整数的分子算得出这个率'
            else '而分子为 ' || cast(numerator_count as string) || ' 时没有一个整数的分母算得出这个率'
        end || '，请核对几个数是否同一范围、同一时点。' as text_zh
    from judged
    where not possible_flag
)

{{ asked('C32', 'declared_figures') }}
