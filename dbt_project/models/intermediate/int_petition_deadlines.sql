{{ config(materialized='view') }}
-- Each registration with when its steps happened and the last days of its terms. The rules are those in
-- force on the day of registration; where a home has rules for some registrations only, the most special
-- one counts. Registrations and steps meet here and nowhere else: no other join is as large.
-- A slice for the fact: see only_slice.
-- depends_on: {{ ref('int_deadline_rules_by_day') }}
-- depends_on: {{ ref('dim_organisation') }}, {{ ref('dim_region_closure') }}, {{ ref('dim_deadline_rule') }}
with registrations as (
    select * from {{ ref('int_petition_register_in_force') }}
),

milestones as (
    select * from {{ ref('int_petition_milestones') }}
),

days as (
    select * from {{ ref('int_deadline_days') }}
),

steps as (
    select
        registrations.*,
        milestones.forwarded_at,
        milestones.filed_at,
        milestones.unit_received_at,
        milestones.receiving_org_code,
        milestones.first_receiving_org_code,
        milestones.unit_noticed_at,
        milestones.objection_consented_at,
        coalesce(milestones.unit_objected_at, milestones.objection_consented_at) as unit_objected_at,
        milestones.objected_at,
        milestones.objecting_org_code,
        milestones.objected_receipt_at,
        milestones.accepted_at,
        milestones.accepting_org_code,
        coalesce(milestones.short_flag, false) as short_flag,
        milestones.extended_at,
        milestones.extended_due_at,
        milestones.opinion_issued_at,
        milestones.first_served_at,
        {{ all_demands_served() }} as opinion_served_at,
        milestones.closed_at as closing_event_at
    from registrations
    left join milestones on registrations.registration_id = milestones.registration_id
),

ruled as (
    {{ with_terms('steps') }}
),

due as (
    select
        ruled.*,
        office_due.due_date as office_due_date,
        unit_due.due_date as unit_due_date,
        objection_due.due_date as objection_due_date,
        reply_due.due_date as reply_due_date
    from ruled
    left join days as office_due
        on cast(ruled.registered_at as date) = office_due.start_date and ruled.office_span_no = office_due.span_no
    left join days as unit_due
        on cast(ruled.unit_received_at as date) = unit_due.start_date and ruled.unit_span_no = unit_due.span_no
    left join days as objection_due
        on
            cast(ruled.unit_received_at as date) = objection_due.start_date
            and ruled.objection_span_no = objection_due.span_no
    left join days as reply_due
        on cast(ruled.accepted_at as date) = reply_due.start_date and ruled.reply_span_no = reply_due.span_no
),

final as (
    select
        due.*,
        extension_limit.due_date as extension_limit_date
    from due
    left join days as extension_limit
        on due.reply_due_date = extension_limit.start_date and due.extension_span_no = extension_limit.span_no
)

select * from final
