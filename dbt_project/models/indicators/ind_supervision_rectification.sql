-- 督查整改率: of the inspections due, those fully rectified by the day.
with subjects as (
    {{
        done_by_due(
            'supervision_visits',
            due='rectification_due_date',
            done='rectified_date',
            organ='inspected',
            dated='visited_date'
        )
    }}
)

{{ indicator('supervision_rectification') }}
