-- 包案化解率（河北口径）: of the cases that a leader is in charge of at a month end, those reported resolved.
with subjects as (
    {{ led_case_share("coalesce(status_code = 'resolved' and reported_date <= cohort_date, false)", 'reported_date') }}
)

{{ indicator('leader_case_resolution', 'hebei') }}
