-- 接访批次: batches of visitors at leaders' receptions.
with subjects as (
    {{ done_by_now('reception_visits', begun='visited_date', done='visited_date', organ='host') }}
)

{{ indicator('reception_batches') }}
