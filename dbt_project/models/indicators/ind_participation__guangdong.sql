-- 参评率（广东口径）: whoever evaluated, of those evaluated and those whose window closed; by the day of evaluation.
with subjects as (
    {{ evaluated_subjects('evaluated_flag', left_out=['window_open', 'no_deadline']) }}
)

{{ indicator('participation', 'guangdong') }}
