-- 转办交办按期结案率（滁州口径）: of what was handed on to a unit and is due, what was closed by its due day.
with subjects as (
    {{ closed_by_due_day('unit_received_at is not null') }}
)

{{ indicator('due_closure', 'chuzhou') }}
