-- 排查化解率: of the disputes carried over and found by a screening, those resolved.
with subjects as (
    {{
        amounts_by_now(
            'screening_runs', happened='run_date', organ='screening',
            of='coalesce(carried_over_count, 0) + coalesce(found_count, 0)', done='resolved_count'
        )
    }}
)

{{ indicator('screening_resolution', num='done_count', den='of_count') }}
