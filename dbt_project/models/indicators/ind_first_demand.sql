-- 求决类初次信访量: demands that their register calls first.
with subjects as (
    {{ first_demands() }}
)

{{ indicator('first_demand') }}
