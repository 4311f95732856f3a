-- 15日内答复率（按时刻计）: messages answered within 15 days of being left.
{{ reply_within('reply_within_15_days', 'timestamp', 15, 'timestamp') }}
