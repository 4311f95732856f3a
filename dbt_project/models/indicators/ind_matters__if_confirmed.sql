-- 事项 if every candidate link were confirmed: the lower bound of their number.
with subjects as (
    {{ matters_by_area('first_distance_if_confirmed', widest_only=true) }}
)

{{ indicator('matters', 'if_confirmed') }}
