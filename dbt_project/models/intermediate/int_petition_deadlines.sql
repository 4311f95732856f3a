{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched', 'kind': 'registration'}}
    )
}}
-- The statutory clocks of each registration. Days run from the day after; a last day that is off
-- moves to the next working day. The rule is the one in force on the day of registration.
with registrations as (
    select
        registration_id,
        cast(registered_at as date) as registered_date
    from {{ ref('int_petition_register_in_force') }}
    {{ only_touched('registration_id', 'registration') }}
),

milestones as (
    select * from {{ ref('int_petition_milestones') }}
),

rules as (
    select
        clock_code,
        regime_code,
        day_count,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from {{ ref('ref_deadline_rule') }}
),

calendar as (
    select * from {{ ref('int_calendar') }}
),

starts as (
    select
        registration_id,
        registered_date,
        'office_forward' as clock_code,
        registered_date as start_date
    from registrations
    union all
    select
        registrations.registration_id,
        registrations.registered_date,
        'unit_notice' as clock_code,
        cast(milestones.unit_received_at as date) as start_date
    from registrations
    inner join milestones on registrations.registration_id = milestones.registration_id
    where milestones.unit_received_at is not null
    union all
    select
        registrations.registration_id,
        registrations.registered_date,
        'closing' as clock_code,
        cast(milestones.accepted_at as date) as start_date
    from registrations
    inner join milestones on registrations.registration_id = milestones.registration_id
    where milestones.accepted_at is not null
),

due as (
    select
        starts.registration_id,
        starts.clock_code,
        rules.regime_code,
        starts.registered_date,
        calendar.next_working_date as due_date
    from starts
    inner join rules
        on
            starts.clock_code = rules.clock_code
            and starts.registered_date between rules.valid_from and rules.valid_to
    inner join calendar on calendar.calendar_date = {{ add_days('starts.start_date', 'rules.day_count') }}
),

extension_limits as (
    select
        due.registration_id,
        calendar.next_working_date as extension_limit_date
    from due
    inner join rules
        on
            rules.clock_code = 'extension'
            and due.registered_date between rules.valid_from and rules.valid_to
    inner join calendar on calendar.calendar_date = {{ add_days('due.due_date', 'rules.day_count') }}
    where due.clock_code = 'closing'
),

pivoted as (
    select
        registration_id,
        max(regime_code) as regime_code,
        max(case when clock_code = 'office_forward' then due_date end) as office_due_date,
        max(case when clock_code = 'unit_notice' then due_date end) as unit_due_date,
        max(case when clock_code = 'closing' then due_date end) as reply_due_date
    from due
    group by registration_id
),

final as (
    select
        pivoted.*,
        extension_limits.extension_limit_date
    from pivoted
    left join extension_limits on pivoted.registration_id = extension_limits.registration_id
)

select * from final
