-- 13710 一日部署率: of the tasks, those deployed within a day.
with subjects as (
    {{
        done_by_due(
            'tasks_13710',
            due=add_days('assigned_date', 1),
            done='deployed_date',
            organ='responsible',
            dated='assigned_date'
        )
    }}
)

{{ indicator('task_13710', 'deployed') }}
