-- 报送按期率: of the returns that offices owed by a day, those that arrived by it.
with subjects as (
    {{ returns_due("status_code = 'on_time'", "case when status_code = 'historic' then 'told_historic' end") }}
)

{{ indicator('return_on_time') }}
