-- 13710 按期解决率: of the tasks due, those solved by the day.
with subjects as (
    {{
        done_by_due(
            'tasks_13710',
            due="case when task_class_code = 'major' then " ~ add_days('assigned_date', 30) ~ " when task_class_code = 'general' then " ~ add_days('assigned_date', 7) ~ " end",
            done='solved_date',
            organ='responsible',
            dated='assigned_date'
        )
    }}
)

{{ indicator('task_13710') }}
