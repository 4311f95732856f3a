-- 会商事项按期解决率: of the matters due, those solved by the day.
with subjects as (
    {{
        done_by_due(
            'case_conferences',
            due='due_date',
            done='solved_date',
            organ='responsible',
            dated='held_date'
        )
    }}
)

{{ indicator('conference_resolution') }}
