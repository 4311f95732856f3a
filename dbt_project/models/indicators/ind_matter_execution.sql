-- 意见履行率: of the supporting opinions due, those executed by the day.
with subjects as (
    {{
        done_by_due(
            'documents',
            due='execution_due_date',
            done='executed_date',
            organ='issuing',
            dated='issued_date',
            only="doc_type_code = 'opinion' and verdict_code = 'support'"
        )
    }}
)

{{ indicator('matter_execution') }}
