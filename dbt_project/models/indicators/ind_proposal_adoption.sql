-- 三项建议采纳率: of the proposals made, those adopted by now.
with subjects as (
    {{
        done_by_now(
            'proposals',
            begun='issued_date',
            done='replied_date',
            organ='recipient',
            met="adopted_code = 'adopted'"
        )
    }}
)

{{ indicator('proposal_adoption') }}
