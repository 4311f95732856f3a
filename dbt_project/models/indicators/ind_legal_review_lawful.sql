-- 法制审核合法率: of the matters reviewed, those found lawful as they were submitted.
with subjects as (
    {{
        done_by_now(
            'legal_reviews',
            begun='concluded_date',
            done='concluded_date',
            organ='submitting',
            met="conclusion_code = 'lawful'"
        )
    }}
)

{{ indicator('legal_review_lawful') }}
