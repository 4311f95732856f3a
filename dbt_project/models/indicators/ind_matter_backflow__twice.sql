-- 办结回流率: registrations answered or closed whose matter came back at least twice within 90 days.
with subjects as (
    {{ returns_within(90, 'items.returned_flag', back='second_returned_at') }}
)

{{ indicator('matter_backflow', 'twice') }}
