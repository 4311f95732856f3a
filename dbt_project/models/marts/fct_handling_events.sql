{{ config(materialized='view') }}
-- One handling action as an office told it.
with final as (
    select
        office_code || '|' || registration_id || '|' || cast(event_seq as string) as event_id,
        registration_id,
        register_org_code,
        event_seq,
        event_type_code,
        event_at,
        from_org_code,
        to_org_code,
        new_due_at,
        demand_no,
        office_code as told_by_office_code,
        delivery_sequence,
        sheet_no,
        row_no
    from {{ ref('int_handling_events_in_force') }}
)

select * from final
