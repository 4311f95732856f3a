-- 联席会议议定事项办结率: of the matters that township conferences decided, those closed.
with subjects as (
    {{
        amounts_by_now(
            'joint_conferences', happened='held_date', organ='township',
            of='decided_count', done='closed_count'
        )
    }}
)

{{ indicator('conference_matters', num='done_count', den='of_count') }}
