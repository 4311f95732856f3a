-- 15日内答复率（按日期计）: messages answered within 15 days of being left.
{{ reply_within('reply_within_15_days', 'project', 15, 'date') }}
