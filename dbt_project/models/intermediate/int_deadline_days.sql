-- The last day of every term by the day from which it runs. The first day is not counted; of calendar
-- days a last one that is off moves to the next working day, unless the rule says that it does not.
with spans as (
    select distinct
        span_no,
        day_count,
        day_kind_code
    from {{ ref('dim_deadline_rule') }}
    where valid_from is not null
),

calendar as (
    select * from {{ ref('int_calendar') }}
),

calendar_days as (
    select
        calendar.calendar_date as start_date,
        spans.span_no,
        spans.day_kind_code,
        {{ add_days('calendar.calendar_date', 'spans.day_count') }} as last_date
    from calendar
    cross join spans
    where spans.day_kind_code in ('calendar', 'calendar_unmoved')
),

moved as (
    select
        calendar_days.start_date,
        calendar_days.span_no,
        case
            when calendar_days.day_kind_code = 'calendar' then calendar.next_working_date
            else calendar_days.last_date
        end as due_date
    from calendar_days
    inner join calendar on calendar_days.last_date = calendar.calendar_date
),

working as (
    select
        calendar.calendar_date as start_date,
        spans.span_no,
        working_days.calendar_date as due_date
    from calendar
    cross join spans
    inner join calendar as working_days
        on
            working_days.working_day_no = calendar.working_day_no + spans.day_count
            and working_days.is_working_day
    where spans.day_kind_code = 'working'
),

final as (
    select * from moved
    union all
    select * from working
)

select * from final
