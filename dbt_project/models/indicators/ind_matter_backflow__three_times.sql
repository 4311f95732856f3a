-- 办结回流率: registrations answered or closed whose matter came back at least three times within 90 days.
with subjects as (
    {{ returns_within(90, 'items.returned_flag', back='third_returned_at') }}
)

{{ indicator('matter_backflow', 'three_times') }}
