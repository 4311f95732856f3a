-- 销号率: of the listings due, those delisted by the day and not listed again.
with subjects as (
    {{
        done_by_due(
            'listed_supervision',
            due='due_date',
            done="case when relisted_date is null or relisted_date > " ~ as_of_date() ~ " then delisted_date end",
            organ='responsible',
            dated='listed_date'
        )
    }}
)

{{ indicator('delisting') }}
