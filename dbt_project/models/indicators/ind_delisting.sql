-- 销号率: of the listings due, those delisted by the day and not listed again.
with subjects as (
    {{
        done_by_due(
            'listed_supervision',
            due='due_date',
            done="case when coalesce(relisted_date not between delisted_date and " ~ as_of_date() ~ ", true) then delisted_date end",
            organ='responsible',
            dated='listed_date',
            undone='relisted_date'
        )
    }}
)

{{ indicator('delisting') }}
