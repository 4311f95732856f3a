-- 通报按期编发率: of the issues due, those published by the day.
with subjects as (
    {{
        done_by_due(
            'report_issues',
            due='due_date',
            done='published_date',
            organ='issuing',
            dated='published_date'
        )
    }}
)

{{ indicator('report_on_time') }}
