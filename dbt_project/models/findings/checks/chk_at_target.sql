-- The months of a province's offices lie just on the good side of a target far more often than beside others (D18).
with shares as (
    select
        tested.*,
        indicators.indicator_name,
        substr(
            tested.subject_code, length(indicators.indicator_code || '|' || indicators.variant || '|') + 1
        ) as target_text
    from {{ ref('mart_check_shares') }} as tested
    inner join {{ ref('dim_indicator') }} as indicators
        on instr(tested.subject_code, indicators.indicator_code || '|' || indicators.variant || '|') = 1
    where tested.check_code = 'D18' and tested.asked_flag
),

found as (
    select
        org_code,
        month_start_date as asked_date,
        subject_code as subject_id,
        n as counted,
        statistic as standardised,
        p_value as tested_p_value,
        indicator_name || '，目标 ' || target_text || '：紧挨目标两边的 ' || cast(n as string) || ' 个单位月中，'
        || cast(asked_count as string) || ' 个刚好达到（' || {{ percent_text('asked_count', 'n') }}
        || '），别的数值两边平常为 ' || {{ percent_text('peer_asked_count', 'peer_n') }} || '，请说明原因。' as text_zh
    from shares
)

{{ asked('D18', 'petition_register', n='counted', statistic='standardised', p_value='tested_p_value') }}
