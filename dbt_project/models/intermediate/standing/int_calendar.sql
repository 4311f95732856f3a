-- PRC working days: Monday to Friday, moved by the State Council's yearly notices (seed).
with spine as (
    {{ date_spine('2000-01-01', '2040-12-31') }}
),

exceptions as (
    select * from {{ ref('ref_calendar_exception') }}
),

days as (
    select
        spine.calendar_date,
        coalesce(
            exceptions.is_working_day, {{ iso_weekday('spine.calendar_date') }} < 6
        ) as is_working_day,
        exceptions.holiday_name
    from spine
    left join exceptions on spine.calendar_date = exceptions.calendar_date
),

final as (
    select
        calendar_date,
        is_working_day,
        holiday_name,
        min(case when is_working_day then calendar_date end) over (
            order by calendar_date rows between current row and 30 following
        ) as next_working_date,
        cast(sum(case when is_working_day then 1 else 0 end) over (
            order by calendar_date rows between unbounded preceding and current row
        ) as int) as working_day_no
    from days
)

select * from final
