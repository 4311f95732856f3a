{{
    config(
        materialized='incremental', unique_key='assignment_id',
        meta={'touched': {'by': 'int_touched', 'kind': 'assignment_of_office'}}
    )
}}
-- depends_on: {{ ref('int_leader_assignments_before') }}
-- One version of one assignment of a leader to a case; every earlier version is kept.
with versions as (
    select * from {{ ref('int_leader_assignments_versions') }}
    {{ only_touched('assignment_no', 'assignment') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

final as (
    select
        versions.office_code || '|' || versions.assignment_no as assignment_id,
        versions.version_no,
        versions.valid_to_sequence is null as in_force_flag,
        deliveries.recorded_at as known_from_at,
        versions.case_id,
        versions.leader_level_code,
        versions.leader_office_no,
        versions.lead_org_code,
        versions.started_date,
        versions.due_date,
        versions.ended_date,
        versions.result_code,
        versions.signed_off_date,
        versions.verified_date,
        versions.office_code as told_by_office_code,
        versions.delivery_sequence,
        versions.sheet_no,
        versions.row_no
    from versions
    inner join deliveries on versions.valid_from_sequence = deliveries.delivery_sequence
)

select * from final
