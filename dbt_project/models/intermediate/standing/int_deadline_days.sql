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

-- read twice below: an engine that joined both at once would pair every day with every other
starts as (
    select
        calendar.calendar_date as start_date,
        spans.span_no,
        spans.day_kind_code,
        {{ add_days('calendar.calendar_date', 'spans.day_count') }} as last_date,
        calendar.working_day_no + spans.day_count as last_working_day_no
    from calendar
    cross join spans
),

moved as (
    select
        starts.start_date,
        starts.span_no,
        case
            when starts.day_kind_code = 'calendar' then calendar.next_working_date
            else starts.last_date
        end as due_date
    from starts
    inner join calendar on starts.last_date = calendar.calendar_date
    where starts.day_kind_code in ('calendar', 'calendar_unmoved')
),

working as (
    select
        starts.start_date,
        starts.span_no,
        calendar.calendar_date as due_date
    from starts
    inner join calendar on starts.last_working_day_no = calendar.working_day_no and calendar.is_working_day
    where starts.day_kind_code = 'working'
),

final as (
    select * from moved
    union all
    select * from working
)

select * from final
