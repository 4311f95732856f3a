-- 集中交办办结率: of the items due, those closed by the day.
with subjects as (
    {{
        done_by_due(
            'assigned_list_items',
            due='due_date',
            done='closed_date',
            organ='responsible',
            dated='assigned_date'
        )
    }}
)

{{ indicator('assigned_list_closure') }}
