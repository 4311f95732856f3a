-- 复查复核按期率: of the reviews due, those concluded within 30 days, hearings not counted.
with subjects as (
    {{
        done_by_due(
            'review_cases',
            due=review_due(),
            done='opinion_date',
            organ='deciding',
            dated='received_date',
            only='coalesce(accepted_flag, true)'
        )
    }}
)

{{ indicator('review_on_time') }}
