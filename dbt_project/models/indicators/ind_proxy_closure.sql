-- 代办办结率: of the orders placed, those closed by now.
with subjects as (
    {{ done_by_now('proxy_orders', begun='ordered_date', done='closed_date', organ='agent') }}
)

{{ indicator('proxy_closure') }}
