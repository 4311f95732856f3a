-- 督查问题整改率: of the problems that supervision found, those rectified.
with subjects as (
    {{
        amounts_by_now(
            'supervision_visits', happened='visited_date', organ='inspected',
            of='finding_count', done='rectified_count'
        )
    }}
)

{{ indicator('supervision_findings', num='done_count', den='of_count') }}
