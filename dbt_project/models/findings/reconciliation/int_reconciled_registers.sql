{{ config(materialized='table') }}
-- What an upper office tells of registrations at an organ below it, beside what the organ tells itself: one row a
-- registration and month in which it counts on either side. Compared are organs of which both tell.
with versions as (
    select * from {{ ref('int_petition_register_versions') }}
    where cast(registered_at as date) >= {{ reconciled_from() }}
),

tellings as (
    select
        versions.*,
        {{ month_start('versions.registered_at') }} as month_start_date,
        first_tellings.valid_from_sequence as first_sequence
    from versions
    inner join versions as first_tellings
        on
            versions.office_code = first_tellings.office_code
            and versions.registration_id = first_tellings.registration_id
            and first_tellings.version_no = 1
    where versions.valid_to_sequence is null
),

own as (
    select * from tellings
    where office_code = register_org_code
),

-- only offices that tell the register are anyone's upper or lower here
below as ({{ offices_below() }}),

uppers as (
    select tellings.*
    from tellings
    inner join below
        on tellings.office_code = below.upper_org_code and tellings.register_org_code = below.lower_org_code
    where tellings.register_org_code in (select own.office_code from own)
),

pairs as (
    select
        office_code as upper_org_code,
        register_org_code as lower_org_code,
        min(month_start_date) as first_month_date
    from uppers
    group by office_code, register_org_code
),

lowers as (
    select
        pairs.upper_org_code,
        own.*
    from own
    inner join pairs
        on own.register_org_code = pairs.lower_org_code and own.month_start_date >= pairs.first_month_date
),

sides as (
    select
        uppers.office_code as upper_org_code,
        uppers.register_org_code as lower_org_code,
        uppers.month_start_date,
        uppers.registration_id,
        1 as upper_count,
        case when uppers.month_start_date = lowers.month_start_date then 1 else 0 end as lower_count
    from uppers
    left join lowers
        on uppers.office_code = lowers.upper_org_code and uppers.registration_id = lowers.registration_id
    union all
    select
        lowers.upper_org_code,
        lowers.register_org_code as lower_org_code,
        lowers.month_start_date,
        lowers.registration_id,
        0 as upper_count,
        1 as lower_count
    from lowers
    left join uppers
        on
            lowers.upper_org_code = uppers.office_code
            and lowers.registration_id = uppers.registration_id
            and lowers.month_start_date = uppers.month_start_date
    where uppers.registration_id is null
),

items as (
    select
        registration_id,
        same_registration_id
    from {{ ref('fct_matter_items') }}
),

-- a registration that the other side has under another number
same_below as (
    select distinct
        lowers.upper_org_code,
        lowers.register_org_code as lower_org_code,
        items.same_registration_id
    from lowers
    inner join items on lowers.registration_id = items.registration_id
),

same_above as (
    select distinct
        uppers.office_code as upper_org_code,
        uppers.register_org_code as lower_org_code,
        items.same_registration_id
    from uppers
    inner join items on uppers.registration_id = items.registration_id
),

-- a number of a day and category that a side has at an organ, the first and the last of them: elsewhere than here?
marks_below as (
    select
        upper_org_code,
        item_no,
        cast(registered_at as date) as registered_date,
        category_code,
        min(register_org_code) as first_org_code,
        max(register_org_code) as last_org_code
    from lowers
    group by upper_org_code, item_no, cast(registered_at as date), category_code
),

marks_above as (
    select
        office_code as upper_org_code,
        item_no,
        cast(registered_at as date) as registered_date,
        category_code,
        min(register_org_code) as first_org_code,
        max(register_org_code) as last_org_code
    from uppers
    group by office_code, item_no, cast(registered_at as date), category_code
),

months_below as (
    select distinct
        upper_org_code,
        register_org_code as lower_org_code,
        month_start_date
    from lowers
),

months_above as (
    select distinct
        office_code as upper_org_code,
        register_org_code as lower_org_code,
        month_start_date
    from uppers
),

last_tellings as ({{ last_tellings(['petition_register']) }}),

-- of a case that one side alone has: whether the other side explains it
asked as (
    select
        sides.*,
        uppers.registration_id is not null and lowers.registration_id is not null as both_flag,
        coalesce(same_below.same_registration_id, same_above.same_registration_id) is not null as same_flag,
        coalesce(
            marks_below.first_org_code <> sides.lower_org_code or marks_below.last_org_code <> sides.lower_org_code,
            marks_above.first_org_code <> sides.lower_org_code or marks_above.last_org_code <> sides.lower_org_code,
            false
        ) as elsewhere_flag,
        case when sides.upper_count = 1 then months_below.upper_org_code else months_above.upper_org_code end is null
            as month_not_told_flag,
        case
            when sides.upper_count = 1 then uppers.first_sequence > last_below.last_sequence
            else lowers.first_sequence > last_above.last_sequence
        end as not_told_since_flag,
        {{ differing('uppers', 'lowers', [
            'registered_at', 'channel_code', 'purpose_code', 'category_code', 'problem_region_code', 'unit_org_code',
            'first_flag', 'counted_flag',
        ]) }} as differing_columns,
        uppers.delivery_sequence as upper_delivery_sequence,
        uppers.sheet_no as upper_sheet_no,
        uppers.row_no as upper_row_no,
        lowers.delivery_sequence as lower_delivery_sequence,
        lowers.sheet_no as lower_sheet_no,
        lowers.row_no as lower_row_no
    from sides
    left join uppers
        on sides.upper_org_code = uppers.office_code and sides.registration_id = uppers.registration_id
    left join lowers
        on sides.upper_org_code = lowers.upper_org_code and sides.registration_id = lowers.registration_id
    left join items on sides.registration_id = items.registration_id
    left join same_below
        on
            sides.upper_count = 1
            and sides.upper_org_code = same_below.upper_org_code
            and sides.lower_org_code = same_below.lower_org_code
            and items.same_registration_id = same_below.same_registration_id
    left join same_above
        on
            sides.upper_count = 0
            and sides.upper_org_code = same_above.upper_org_code
            and sides.lower_org_code = same_above.lower_org_code
            and items.same_registration_id = same_above.same_registration_id
    left join marks_below
        on
            sides.upper_count = 1
            and sides.upper_org_code = marks_below.upper_org_code
            and uppers.item_no = marks_below.item_no
            and cast(uppers.registered_at as date) = marks_below.registered_date
            and uppers.category_code = marks_below.category_code
    left join marks_above
        on
            sides.upper_count = 0
            and sides.upper_org_code = marks_above.upper_org_code
            and lowers.item_no = marks_above.item_no
            and cast(lowers.registered_at as date) = marks_above.registered_date
            and lowers.category_code = marks_above.category_code
    left join months_below
        on
            sides.upper_org_code = months_below.upper_org_code
            and sides.lower_org_code = months_below.lower_org_code
            and sides.month_start_date = months_below.month_start_date
    left join months_above
        on
            sides.upper_org_code = months_above.upper_org_code
            and sides.lower_org_code = months_above.lower_org_code
            and sides.month_start_date = months_above.month_start_date
    left join last_tellings as last_below on sides.lower_org_code = last_below.office_code
    left join last_tellings as last_above on sides.upper_org_code = last_above.office_code
),

judged as (
    select
        *,
        case
            when upper_count = lower_count then 'agreed'
            when both_flag then 'timing'
            when same_flag then 'duplicates'
            when elsewhere_flag then 'attribution'
            when month_not_told_flag then 'coverage'
            when not_told_since_flag then 'timing'
            else 'unexplained'
        end as part_code
    from asked
),

final as (
    select
        {{ reconciled_columns('registered') }}
    from judged
)

select * from final
