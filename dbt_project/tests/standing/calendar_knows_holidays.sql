{{ config(meta={'dagster': {'ref': {'name': 'int_calendar'}}}) }}
-- Known days of the yearly notices, weekends moved to Monday.
select * from {{ ref('int_calendar') }}
where
    (calendar_date = date '2025-10-01' and next_working_date <> date '2025-10-09')
    or (calendar_date = date '2025-09-28' and not is_working_day)
    or (calendar_date = date '2025-06-07' and next_working_date <> date '2025-06-09')
