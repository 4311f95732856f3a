-- 进展报告按期率: of the reports due, those made by the day.
with subjects as (
    {{
        done_by_due(
            'progress_reports',
            due='due_date',
            done='reported_date',
            organ='reporting',
            dated='reported_date'
        )
    }}
)

{{ indicator('progress_report_on_time') }}
