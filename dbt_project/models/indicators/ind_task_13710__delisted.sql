-- 13710 销号率: of the tasks assigned, those delisted by now.
with subjects as (
    {{ done_by_now('tasks_13710', begun='assigned_date', done='delisted_date', organ='responsible') }}
)

{{ indicator('task_13710', 'delisted') }}
