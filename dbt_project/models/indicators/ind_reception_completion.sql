-- 接访事项按期办结率: of the undertakings due, those completed by the day.
with subjects as (
    {{
        done_by_due(
            'reception_visits',
            due='due_date',
            done='completed_date',
            organ='department',
            dated='visited_date'
        )
    }}
)

{{ indicator('reception_completion') }}
