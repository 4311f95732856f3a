-- What was due was done just before its due day far more often than before placebo days, by province and clock
-- (D15). It asks what became of these cases: work done in time comes back no more often than what was done
-- earlier.
with found as (
    select
        shares.org_code,
        shares.month_start_date as asked_date,
        shares.subject_code as subject_id,
        shares.n as counted,
        shares.statistic as standardised,
        shares.p_value as tested_p_value,
        {{ step_name('shares.subject_code') }} || '在期满当日和前五日之内的 ' || cast(shares.n as string) || ' 件中，'
        || cast(shares.asked_count as string) || ' 件在最后三日（'
        || {{ percent_text('shares.asked_count', 'shares.n') }} || '），更早的日子平常为 '
        || {{ percent_text('shares.peer_asked_count', 'shares.peer_n') }} || '。其后又来的：这些件中 '
        || cast(shares.asked_back_count as string) || ' 件，更早办的 ' || cast(shares.rest_count as string) || ' 件中 '
        || cast(shares.rest_back_count as string) || ' 件，请说明原因。' as text_zh
    from {{ ref('mart_check_shares') }} as shares
    where shares.check_code = 'D15' and shares.asked_flag
)

{{ asked('D15', 'handling_events', n='counted', statistic='standardised', p_value='tested_p_value') }}
