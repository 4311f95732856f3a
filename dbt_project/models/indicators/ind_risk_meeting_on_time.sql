-- 风险研判会按期召开率: of the meetings due, those held by the day.
with subjects as (
    {{
        done_by_due(
            'risk_meetings',
            due='scheduled_date',
            done='held_date',
            organ='convening',
            dated='scheduled_date'
        )
    }}
)

{{ indicator('risk_meeting_on_time') }}
