-- 约谈次数: interviews with an organ.
with subjects as (
    {{
        done_by_now(
            'accountability_actions',
            begun='decided_date',
            done='decided_date',
            organ='subject',
            only="action_kind_code = 'interview'"
        )
    }}
)

{{ indicator('accountability', 'interviews') }}
