{{ config(materialized='slice') }}
-- The rows of the fact that are made again, as they are now.
with registrations as (
    select * from {{ ref('int_petition_deadlines') }}
),

organisations as (
    select * from {{ ref('dim_organisation') }}
),

-- without any handling event of a register told, nothing can be said of its speed
told_registers as (
    select register_org_code from {{ ref('int_told_registers') }}
    where told_flag
),

joined as (
    select
        registrations.registration_id,
        registrations.item_no,
        registrations.register_org_code,
        register.region_code as register_region_code,
        register.level_code as register_level_code,
        coalesce(register.is_petition_office, false) as petition_office_flag,
        registrations.matter_id,
        registrations.national_item_no,
        registrations.province_item_no,
        registrations.city_item_no,
        registrations.county_item_no,
        registrations.repeat_of_item_no,
        registrations.merged_into_item_no,
        registrations.joint_item_no,
        registrations.first_flag_nation,
        registrations.first_flag_channel,
        registrations.channel_code,
        registrations.purpose_code,
        registrations.category_code,
        registrations.problem_region_code,
        registrations.registered_at,
        registrations.petition_date,
        registrations.person_count,
        registrations.demand_count,
        registrations.first_flag,
        registrations.counted_flag,
        registrations.litigation_flag,
        registrations.statutory_path,
        registrations.short_flag,
        registrations.declared_timeliness_code,
        registrations.unit_org_code,
        coalesce(registrations.receiving_org_code, registrations.unit_org_code, registrations.register_org_code)
            as responsible_org_code,
        told_registers.register_org_code is not null as handling_told_flag,
        registrations.regime_code,
        registrations.forwarded_at,
        registrations.filed_at,
        registrations.office_due_date,
        registrations.unit_received_at,
        registrations.receiving_org_code,
        registrations.first_receiving_org_code,
        registrations.unit_noticed_at,
        registrations.objection_consented_at,
        registrations.unit_objected_at,
        registrations.objection_due_date,
        registrations.objected_at,
        registrations.objecting_org_code,
        registrations.objected_receipt_at,
        registrations.unit_due_date,
        registrations.accepted_at,
        registrations.accepting_org_code,
        registrations.reply_due_date,
        case
            when
                cast(registrations.extended_at as date) <= registrations.reply_due_date
                and registrations.extended_due_at is not null
                then least(cast(registrations.extended_due_at as date), registrations.extension_limit_date)
            else registrations.reply_due_date
        end as effective_reply_due_date,
        registrations.opinion_issued_at,
        registrations.first_served_at,
        registrations.opinion_served_at,
        registrations.replied_at,
        coalesce(cast(registrations.first_due_at as date), registrations.reply_due_date) as closing_due_date,
        registrations.due_at,
        coalesce(registrations.closing_event_at, registrations.closed_at) as closed_at,
        registrations.closure_kind_code,
        registrations.office_code as told_by_office_code,
        registrations.relation_code as told_by_relation_code,
        registrations.delivery_sequence,
        registrations.sheet_no,
        registrations.row_no
    from registrations
    left join told_registers on registrations.register_org_code = told_registers.register_org_code
    left join organisations as register on registrations.register_org_code = register.org_code
),

final as (
    select
        joined.*,
        receiving.region_code as receiving_region_code,
        first_receiving.region_code as first_receiving_region_code,
        accepting.region_code as accepting_region_code,
        responsible.region_code as responsible_region_code
    from joined
    left join organisations as receiving on joined.receiving_org_code = receiving.org_code
    left join organisations as first_receiving on joined.first_receiving_org_code = first_receiving.org_code
    left join organisations as accepting on joined.accepting_org_code = accepting.org_code
    left join organisations as responsible on joined.responsible_org_code = responsible.org_code
)

select * from final
