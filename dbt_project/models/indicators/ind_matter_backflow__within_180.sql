-- 办结回流率: registrations answered or closed whose matter came back within 180 days.
with subjects as (
    {{ returns_within(180, 'items.returned_flag') }}
)

{{ indicator('matter_backflow', 'within_180') }}
