-- 60日内答复率（按时刻计）: messages answered within 60 days of being left.
{{ reply_within('reply_within_60_days', 'timestamp', 60, 'timestamp') }}
