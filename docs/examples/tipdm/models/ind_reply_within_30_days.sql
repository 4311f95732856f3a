-- 30日内答复率（按日期计）: messages answered within 30 days of being left.
{{ reply_within('reply_within_30_days', 'project', 30, 'date') }}
