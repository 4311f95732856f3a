-- 批示件按期办结率: of the instructions due, those closed by the day.
with subjects as (
    {{
        done_by_due(
            'leader_instructions',
            due='due_date',
            done='closed_date',
            organ='responsible',
            dated='instructed_date'
        )
    }}
)

{{ indicator('instruction_closure') }}
