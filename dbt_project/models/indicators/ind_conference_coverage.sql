-- 联席会议覆盖率: of the townships that have to hold conferences, those that had ever held one by the end of the month.
with subjects as (
    {{ conferences_held('met.held_date is not null', stock=true) }}
)

{{ indicator('conference_coverage') }}
