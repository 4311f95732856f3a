-- 通报次数: bulletins that name an organ.
with subjects as (
    {{
        done_by_now(
            'accountability_actions',
            begun='decided_date',
            done='decided_date',
            organ='subject',
            only="action_kind_code = 'bulletin'"
        )
    }}
)

{{ indicator('accountability', 'bulletins') }}
