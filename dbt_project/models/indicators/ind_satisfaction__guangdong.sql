-- 满意率（广东口径）: 满意 and 基本满意 of all that were evaluated, by whomever.
with subjects as (
    {{
        evaluated_subjects(
            "rating_code in ('satisfied', 'basically_satisfied')",
            left_out=['window_open', 'no_deadline', 'not_evaluated']
        )
    }}
)

{{ indicator('satisfaction', 'guangdong') }}
