{{ config(materialized='table') }}
-- What was passed on to an office below, beside what that office has of it, and what it has a copy of that was not: one
-- row a registration and receiver, and what explains it where one side alone has it.
with passed as (
    select * from {{ ref('int_passed_on') }}
),

receipts as (
    select * from {{ ref('int_passed_on_receipts') }}
),

tellings as (
    select * from {{ ref('int_register_tellings') }}
),

events as (
    select * from {{ ref('int_office_steps') }}
    where valid_to_sequence is null and cast(event_at as date) >= {{ checked_from() }}
),

last_tellings as ({{ last_tellings(['petition_register', 'handling_events']) }}),

-- the receiver said that it is not its: objected, or did not take it up
refused as (
    select distinct
        registration_id,
        from_org_code as lower_org_code
    from events
    where event_type_code in ('objected', 'not_accepted', 'no_longer_accepted')
),

-- the sender dealt with it itself, and passed on a copy alone
kept as (
    select distinct
        registration_id,
        office_code as upper_org_code
    from events
    where event_type_code in ('direct_reply', 'filed')
),

senders as (
    select distinct
        registration_id,
        upper_org_code
    from passed
),

months_above as (
    select distinct
        office_code as upper_org_code,
        month_start_date
    from {{ ref('int_office_months') }}
    where month_start_date >= {{ checked_from() }}
),

months_below as (
    select distinct
        office_code as lower_org_code,
        month_start_date
    from tellings
    where office_code = register_org_code
),

passed_cases as (
    select
        passed.upper_org_code,
        passed.lower_org_code,
        passed.month_start_date,
        passed.registration_id,
        1 as upper_count,
        coalesce(receipts.received_count, 0) as lower_count,
        case
            when receipts.received_count > 1 then 'duplicates'
            when receipts.received_count = 1 then 'agreed'
            when refused.registration_id is not null then 'classification'
            when passed.passed_elsewhere_later_flag then 'attribution'
            when months_below.lower_org_code is null then 'coverage'
            when
                cast(deliveries.recorded_at as date)
                < {{ add_days('passed.passed_date', threshold('received_within_days')) }}
                then 'timing'
            else 'unexplained'
        end as part_code,
        passed.delivery_sequence as upper_delivery_sequence,
        passed.sheet_no as upper_sheet_no,
        passed.row_no as upper_row_no,
        receipts.delivery_sequence as lower_delivery_sequence,
        receipts.sheet_no as lower_sheet_no,
        receipts.row_no as lower_row_no
    from passed
    left join receipts
        on passed.registration_id = receipts.registration_id and passed.lower_org_code = receipts.lower_org_code
    left join refused
        on passed.registration_id = refused.registration_id and passed.lower_org_code = refused.lower_org_code
    left join months_below
        on
            passed.lower_org_code = months_below.lower_org_code
            and passed.month_start_date = months_below.month_start_date
    left join last_tellings on passed.lower_org_code = last_tellings.office_code
    left join {{ ref('stg_deliveries') }} as deliveries on last_tellings.last_sequence = deliveries.delivery_sequence
),

unpassed_cases as (
    select
        pairs.upper_org_code,
        pairs.lower_org_code,
        copies.month_start_date,
        copies.registration_id,
        0 as upper_count,
        1 as lower_count,
        case
            when kept.registration_id is not null then 'classification'
            when senders.registration_id is not null then 'attribution'
            when months_above.upper_org_code is null then 'coverage'
            when copies.first_sequence > last_tellings.last_sequence then 'timing'
            else 'unexplained'
        end as part_code,
        cast(null as bigint) as upper_delivery_sequence,
        cast(null as integer) as upper_sheet_no,
        cast(null as integer) as upper_row_no,
        copies.delivery_sequence as lower_delivery_sequence,
        copies.sheet_no as lower_sheet_no,
        copies.row_no as lower_row_no
    from tellings as copies
    inner join {{ ref('int_level_pairs') }} as pairs
        on
            copies.office_code = pairs.lower_org_code
            and copies.register_org_code = pairs.upper_org_code
            and pairs.lower_petition_office_flag
    left join passed
        on copies.registration_id = passed.registration_id and copies.office_code = passed.lower_org_code
    left join kept
        on copies.registration_id = kept.registration_id and copies.register_org_code = kept.upper_org_code
    left join senders
        on copies.registration_id = senders.registration_id and copies.register_org_code = senders.upper_org_code
    left join months_above
        on
            copies.register_org_code = months_above.upper_org_code
            and copies.month_start_date = months_above.month_start_date
    left join last_tellings on copies.register_org_code = last_tellings.office_code
    where passed.registration_id is null
),

cases as (
    select * from passed_cases
    union all
    select * from unpassed_cases
),

final as (
    select
        'passed_on' as basis_code,
        upper_org_code,
        lower_org_code,
        month_start_date,
        registration_id,
        cast(upper_count as bigint) as upper_count,
        cast(lower_count as bigint) as lower_count,
        part_code,
        cast(null as string) as differing_columns,
        upper_delivery_sequence,
        upper_sheet_no,
        upper_row_no,
        lower_delivery_sequence,
        lower_sheet_no,
        lower_row_no
    from cases
)

select * from final
