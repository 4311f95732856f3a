-- The terms for everyone by the day of registration, and for what goes the short way.
with rules as (
    select * from {{ ref('dim_deadline_rule') }}
    where valid_from is not null and special_rank = 0
),

procedures as (
    select
        false as short_flag,
        '' as procedure_code
    union all
    select
        true as short_flag,
        'short' as procedure_code
),

days as (
    select calendar_date from {{ ref('int_calendar') }}
),

final as (
    select
        days.calendar_date as registered_date,
        procedures.short_flag,
        max(case when rules.clock_code = 'closing' and rules.procedure_code is null then rules.regime_code end)
            as regime_code,
        {{ spans_of_rules() }}
    from days
    cross join procedures
    inner join rules
        on
            days.calendar_date between rules.valid_from and rules.valid_to
            and coalesce(rules.procedure_code, procedures.procedure_code) = procedures.procedure_code
    group by days.calendar_date, procedures.short_flag
)

select * from final
