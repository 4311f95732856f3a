-- 60日内答复率（按日期计）: messages answered within 60 days of being left.
{{ reply_within('reply_within_60_days', 'project', 60, 'date') }}
