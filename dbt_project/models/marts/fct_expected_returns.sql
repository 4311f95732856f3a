-- depends_on: {{ ref('int_expected_returns_before') }}
-- What offices owe: every return that a rule of the home asks of an office and whose period is over, told or not. A
-- return is told by the first delivery of that office and ledger that arrives on the period's last day or later and
-- whose rows end in the period, or cover all of it: a later month's file with a row of this one is none of it. One
-- that says no day is of the period that is due when it arrives. Due: so many days after the period, on a day off the
-- next working day.
with rules as (
    select
        org_code,
        ledger,
        cadence_code,
        cast(due_day_count as int) as due_day_count,
        cast(valid_from as date) as valid_from,
        coalesce(
            least(
                cast(nullif(valid_to, '') as date),
                {{ add_days('lead(cast(valid_from as date)) over later_rule', -1) }}
            ),
            cast('9999-12-31' as date)
        ) as valid_to
    from {{ source('raw', 'ref_expected_returns') }}
    window later_rule as (partition by org_code, ledger, cadence_code order by cast(valid_from as date) nulls last)
),

periods as (
    select * from {{ ref('int_return_periods') }}
    where period_end_date <= {{ as_of_date() }}
),

calendar as (
    select * from {{ ref('int_calendar') }}
),

organisations as (
    select * from {{ ref('dim_organisation') }}
),

told as (
    select * from {{ ref('int_told_spans') }}
    where recorded_at <= {{ as_of() }}
),

expected as (
    select
        rules.org_code,
        rules.ledger,
        rules.cadence_code,
        periods.period_start_date,
        periods.period_end_date,
        calendar.next_working_date as due_date
    from rules
    inner join periods
        on
            rules.cadence_code = periods.cadence_code
            and rules.valid_from <= periods.period_end_date
            and rules.valid_to >= periods.period_end_date
    inner join calendar on {{ add_days('periods.period_end_date', 'rules.due_day_count') }} = calendar.calendar_date
),

answered as (
    select
        expected.org_code,
        expected.ledger,
        expected.cadence_code,
        expected.period_end_date,
        told.delivery_sequence,
        told.recorded_at,
        told.historic_flag,
        row_number() over (
            partition by expected.org_code, expected.ledger, expected.cadence_code, expected.period_end_date
            order by told.delivery_sequence
        ) as telling_no
    from expected
    inner join told
        on
            expected.org_code = told.office_code
            and expected.ledger = told.ledger
            and expected.period_end_date <= cast(told.recorded_at as date)
            and coalesce(
                (expected.period_start_date <= told.last_date and expected.period_end_date >= told.last_date)
                or (expected.period_start_date >= told.first_date and expected.period_end_date <= told.last_date),
                expected.due_date >= cast(told.recorded_at as date)
            )
),

final as (
    select
        {{ expected_return_id('expected.cadence_code', 'expected.ledger', 'expected.org_code') }} as subject_id,
        expected.ledger,
        expected.org_code,
        organisations.region_code as org_region_code,
        expected.cadence_code,
        expected.period_start_date,
        expected.period_end_date,
        expected.due_date,
        answered.delivery_sequence as told_sequence,
        answered.recorded_at as told_at,
        case
            when answered.historic_flag then 'historic'
            when cast(answered.recorded_at as date) <= expected.due_date then 'on_time'
            when answered.recorded_at is not null then 'late'
            when expected.due_date > {{ as_of_date() }} then 'not_yet_due'
            else 'owed'
        end as status_code
    from expected
    left join organisations on expected.org_code = organisations.org_code
    left join answered
        on
            expected.org_code = answered.org_code
            and expected.ledger = answered.ledger
            and expected.cadence_code = answered.cadence_code
            and expected.period_end_date = answered.period_end_date
            and answered.telling_no = 1
)

select * from final
