-- The months of a province's offices lie just on the good side of a target far more often than beside others (D18).
with found as (
    select
        shares.org_code,
        shares.month_start_date as asked_date,
        shares.subject_code as subject_id,
        shares.n as counted,
        shares.statistic as standardised,
        shares.p_value as tested_p_value,
        shares.subject_code || '：紧挨目标两边的 ' || cast(shares.n as string) || ' 个单位月中，'
        || cast(shares.asked_count as string) || ' 个刚好达到（'
        || {{ percent_text('shares.asked_count', 'shares.n') }} || '），别的数值两边平常为 '
        || {{ percent_text('shares.peer_asked_count', 'shares.peer_n') }} || '，请说明原因。' as text_zh
    from {{ ref('mart_check_shares') }} as shares
    where shares.check_code = 'D18' and shares.asked_flag
)

{{ asked('D18', 'petition_register', n='counted', statistic='standardised', p_value='tested_p_value') }}
