{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched_subjects', 'kind': 'registration'}}
    )
}}
-- depends_on: {{ ref('int_touched_subjects') }}
-- What each office tells of a registration now, its own or another organ's, and with which delivery it first did.
with versions as (
    select * from {{ versions_in_slice('petition_register') }}
),

final as (
    select
        versions.registration_id,
        versions.office_code,
        versions.item_no,
        versions.register_org_code,
        versions.registered_at,
        versions.channel_code,
        versions.purpose_code,
        versions.category_code,
        versions.problem_region_code,
        versions.unit_org_code,
        versions.first_flag,
        versions.counted_flag,
        versions.delivery_sequence,
        versions.sheet_no,
        versions.row_no,
        first_tellings.valid_from_sequence as first_sequence
    from versions
    inner join versions as first_tellings
        on
            versions.office_code = first_tellings.office_code
            and versions.registration_id = first_tellings.registration_id
            and first_tellings.version_no = 1
    where versions.valid_to_sequence is null
)

select * from final
