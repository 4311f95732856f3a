-- 复查复核执行率: of the opinions that revoked, changed or sent back, those carried out by now.
with subjects as (
    {{
        done_by_now(
            'review_cases',
            begun='opinion_date',
            done='executed_date',
            organ='deciding',
            only="opinion_code in ('revoked', 'changed', 'redo')"
        )
    }}
)

{{ indicator('review_execution') }}
