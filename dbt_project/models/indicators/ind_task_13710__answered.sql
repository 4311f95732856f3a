-- 13710 三日反馈率: of the tasks, those answered within three days.
with subjects as (
    {{
        done_by_due(
            'tasks_13710',
            due=add_days('assigned_date', 3),
            done='feedback_date',
            organ='responsible',
            dated='assigned_date'
        )
    }}
)

{{ indicator('task_13710', 'answered') }}
