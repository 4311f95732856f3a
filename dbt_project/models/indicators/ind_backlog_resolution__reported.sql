-- 积案化解率（按汇报）: of a batch's cases at a month end, those that the office itself reported resolved.
with subjects as (
    {{ case_share("status_code = 'resolved' and reported_date <= cohort_date", 'reported_date') }}
)

{{ indicator('backlog_resolution', 'reported') }}
