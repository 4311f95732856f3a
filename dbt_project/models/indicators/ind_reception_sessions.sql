-- 接访场次: sessions held.
with subjects as (
    {{ done_by_now('leader_receptions', begun='session_date', done='session_date', organ='host') }}
)

{{ indicator('reception_sessions') }}
