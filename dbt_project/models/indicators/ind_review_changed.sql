-- 复查复核改变率: of the opinions given, those that revoked, changed or sent back.
with subjects as (
    {{
        done_by_now(
            'review_cases',
            begun='opinion_date',
            done='opinion_date',
            organ='deciding',
            met="opinion_code in ('revoked', 'changed', 'redo')"
        )
    }}
)

{{ indicator('review_changed') }}
