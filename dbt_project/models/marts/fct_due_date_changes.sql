-- Each time an office told another due date for the same thing, or told or took back one. Versions alone can
-- differ: the register's are those told again. Extensions are handling events, with the new last day.
with versions as (
    {{ due_date_versions() }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

final as (
    select
        versions.ledger,
        versions.due_column,
        versions.subject_id,
        versions.told_by_office_code,
        versions.version_no,
        coalesce(versions.known_from_at, deliveries.recorded_at) as known_from_at,
        versions.due_date_before,
        versions.due_date,
        versions.delivery_sequence,
        versions.sheet_no,
        versions.row_no
    from versions
    left join deliveries on versions.known_from_sequence = deliveries.delivery_sequence
    where versions.version_no > 1 and versions.due_date is distinct from versions.due_date_before
)

select * from final
