-- What each office tells of a registration now, its own or another organ's, and with which delivery it first did.
with versions as (
    select * from {{ ref('int_petition_register_versions') }}
),

final as (
    select
        versions.office_code,
        versions.registration_id,
        versions.item_no,
        versions.register_org_code,
        versions.registered_at,
        {{ month_start('versions.registered_at') }} as month_start_date,
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
    where versions.valid_to_sequence is null and cast(versions.registered_at as date) >= {{ checked_from() }}
)

select * from final
