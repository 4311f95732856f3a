{{ config(materialized='view') }}
-- Each registration with when its steps happened and its statutory clocks. Days run from the day after; a
-- last day that is off moves to the next working day. The rule is the one in force on the day of
-- registration. Registrations and steps meet here and nowhere else: no other join is as large.
-- A slice for the fact: see only_slice.
with registrations as (
    select * from {{ ref('int_petition_register_in_force') }}
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

registered_days as (
    select distinct cast(registered_at as date) as registered_date from registrations
),

-- one row a day of registration, a column a clock
rules_by_day as (
    select
        registered_days.registered_date,
        max(rules.regime_code) as regime_code,
        max(case when rules.clock_code = 'office_forward' then rules.day_count end) as office_days,
        max(case when rules.clock_code = 'unit_notice' then rules.day_count end) as unit_days,
        max(case when rules.clock_code = 'closing' then rules.day_count end) as reply_days,
        max(case when rules.clock_code = 'extension' then rules.day_count end) as extension_days
    from registered_days
    inner join rules on registered_days.registered_date between rules.valid_from and rules.valid_to
    group by registered_days.registered_date
),

steps as (
    select
        registrations.*,
        milestones.forwarded_at,
        milestones.filed_at,
        milestones.unit_received_at,
        milestones.receiving_org_code,
        milestones.unit_noticed_at,
        milestones.objection_consented_at,
        milestones.accepted_at,
        milestones.accepting_org_code,
        milestones.extended_at,
        milestones.extended_due_at,
        milestones.opinion_issued_at,
        milestones.opinion_served_at,
        milestones.closed_at as closing_event_at
    from registrations
    left join milestones on registrations.registration_id = milestones.registration_id
),

due as (
    select
        steps.*,
        rules_by_day.regime_code,
        rules_by_day.extension_days,
        office_due.next_working_date as office_due_date,
        unit_due.next_working_date as unit_due_date,
        reply_due.next_working_date as reply_due_date
    from steps
    left join rules_by_day on cast(steps.registered_at as date) = rules_by_day.registered_date
    left join calendar as office_due
        on
            office_due.calendar_date
            = {{ add_days('rules_by_day.registered_date', 'rules_by_day.office_days') }}
    left join calendar as unit_due
        on
            unit_due.calendar_date
            = {{ add_days('cast(steps.unit_received_at as date)', 'rules_by_day.unit_days') }}
    left join calendar as reply_due
        on
            reply_due.calendar_date
            = {{ add_days('cast(steps.accepted_at as date)', 'rules_by_day.reply_days') }}
),

final as (
    select
        due.*,
        extension_limit.next_working_date as extension_limit_date
    from due
    left join calendar as extension_limit
        on extension_limit.calendar_date = {{ add_days('due.reply_due_date', 'due.extension_days') }}
)

select * from final
