-- 接访人次: person-times received at leaders' receptions.
with subjects as (
    {{ amounts_by_now('reception_visits', happened='visited_date', organ='host', of='person_count') }}
)

{{ indicator('reception_persons', num='done_count', den='of_count') }}
