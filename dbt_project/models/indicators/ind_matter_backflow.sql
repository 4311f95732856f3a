-- 办结回流率: registrations answered or closed whose matter came back within 90 days.
with subjects as (
    {{ returns_within(90, 'items.returned_flag') }}
)

{{ indicator('matter_backflow') }}
