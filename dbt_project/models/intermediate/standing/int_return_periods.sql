-- The periods of each cadence: a daily return is one of a working day, a weekly one ends on Sunday.
with calendar as (
    select * from {{ ref('int_calendar') }}
),

days as (
    select
        calendar_date,
        is_working_day,
        {{ month_start('calendar_date') }} as month_start_date,
        last_day(calendar_date) as month_last_date
    from calendar
),

periods as (
    select
        'daily' as cadence_code,
        calendar_date as period_start_date,
        calendar_date as period_end_date
    from days
    where is_working_day
    union all
    select
        'weekly' as cadence_code,
        {{ add_days('calendar_date', -6) }} as period_start_date,
        calendar_date as period_end_date
    from days
    where {{ iso_weekday('calendar_date') }} = 7
    union all
    select
        'half_monthly' as cadence_code,
        case when calendar_date = month_last_date then {{ add_days('month_start_date', 15) }} else month_start_date end
            as period_start_date,
        calendar_date as period_end_date
    from days
    where calendar_date in (month_last_date, {{ add_days('month_start_date', 14) }})
    {% for cadence, unit, step in [('monthly', 'month', 1), ('quarterly', 'quarter', 3), ('annual', 'year', 12)] -%}
    union all
    select
        '{{ cadence }}' as cadence_code,
        cast(date_trunc('{{ unit }}', calendar_date) as date) as period_start_date,
        calendar_date as period_end_date
    from days
    where calendar_date = month_last_date and mod(extract(month from calendar_date), {{ step }}) = 0
    {% endfor -%}
),

final as (
    select * from periods
)

select * from final
