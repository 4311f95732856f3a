-- 联席会议实际召开率: of the townships that have to hold conferences, those that held one in the month.
with subjects as (
    {{ conferences_held('met.held_date >= months.month_start_date', stock=false) }}
)

{{ indicator('conference_coverage', 'active') }}
