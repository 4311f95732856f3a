-- 积案化解率（不扣回流）: of a batch's cases at a month end, those resolved and audited, flowed back or not.
with subjects as (
    {{
        case_share(
            "status_code = 'resolved' and audited_result_code = 'pass' and audited_date <= cohort_date", 'audited_date'
        )
    }}
)

{{ indicator('backlog_resolution', 'gross') }}
