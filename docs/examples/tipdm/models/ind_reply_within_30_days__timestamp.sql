-- 30日内答复率（按时刻计）: messages answered within 30 days of being left.
{{ reply_within('reply_within_30_days', 'timestamp', 30, 'timestamp') }}
