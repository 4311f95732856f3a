-- A rate declared as none or all of a few (C31): with so small a denominator either is likely by chance.
with figures as (
    select * from {{ ref('fct_declared_figures') }}
    where in_force_flag and denominator_count > 0 and denominator_count < {{ threshold('few_declared') }}
),

found as (
    select
        declaring_org_code as org_code,
        figure_date as asked_date,
        subject_id,
        denominator_count,
        '申报的率恰为 ' || case numerator_count when 0 then '0%' else '100%' end || '，分母只有 '
        || cast(denominator_count as string) || ' 件，请连同件数一起说明，不宜单独与他处相比。' as text_zh
    from figures
    where numerator_count = 0 or numerator_count = denominator_count
)

{{ asked('C31', 'declared_figures', n='denominator_count') }}
