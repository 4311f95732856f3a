-- 回单率: of the slips due, those returned by the day.
with subjects as (
    {{
        done_by_due(
            'supervision_slips',
            due='due_date',
            done='returned_date',
            organ='recipient',
            dated='issued_date'
        )
    }}
)

{{ indicator('slip_return') }}
