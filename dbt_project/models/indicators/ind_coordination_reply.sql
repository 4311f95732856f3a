-- 跨区域协调复函率: of the letters sent, those answered by now.
with subjects as (
    {{ done_by_now('coordination_letters', begun='sent_date', done='replied_date', organ='initiating') }}
)

{{ indicator('coordination_reply') }}
