with final as (
    select
        calendar_date,
        is_working_day,
        holiday_name,
        next_working_date,
        {{ month_start('calendar_date') }} as month_start_date
    from {{ ref('int_calendar') }}
)

select * from final
