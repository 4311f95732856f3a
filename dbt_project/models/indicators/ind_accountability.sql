-- 追责次数: actions taken against an organ, of every kind.
with subjects as (
    {{ done_by_now('accountability_actions', begun='decided_date', done='decided_date', organ='subject') }}
)

{{ indicator('accountability') }}
