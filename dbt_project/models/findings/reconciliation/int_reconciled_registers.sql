{{ config(materialized='table') }}
-- What an upper office tells of registrations at an organ below it, beside what the organ tells itself: one row a
-- registration and month in which it counts on either side. Compared are organs of which both tell.
with tellings as (
    select * from {{ ref('int_register_tellings') }}
),

own as (
    select * from tellings
    where office_code = register_org_code
),

uppers as (
    select tellings.*
    from tellings
    inner join {{ ref('int_level_pairs') }} as pairs
        on tellings.office_code = pairs.upper_org_code and tellings.register_org_code = pairs.lower_org_code
    where tellings.register_org_code in (select own.office_code from own)
),

compared as (
    select
        office_code as upper_org_code,
        register_org_code as lower_org_code,
        min(month_start_date) as first_month_date
    from uppers
    group by office_code, register_org_code
),

-- both sides alike, so that each can be asked of the other
told as (
    select
        'upper' as side_code,
        uppers.office_code as upper_org_code,
        uppers.register_org_code as lower_org_code,
        uppers.register_org_code as opposite_org_code,
        uppers.*
    from uppers
    union all
    select
        'lower' as side_code,
        compared.upper_org_code,
        compared.lower_org_code,
        compared.upper_org_code as opposite_org_code,
        own.*
    from own
    inner join compared
        on own.register_org_code = compared.lower_org_code and own.month_start_date >= compared.first_month_date
),

items as (
    select
        registration_id,
        same_registration_id
    from {{ ref('fct_matter_items') }}
),

-- what a side has under other numbers
numbers as (
    select distinct
        told.side_code,
        told.upper_org_code,
        told.lower_org_code,
        items.same_registration_id
    from told
    inner join items on told.registration_id = items.registration_id
),

-- where a side has a number of a day and category, the first and the last organ: elsewhere than here?
places as (
    select
        side_code,
        upper_org_code,
        item_no,
        cast(registered_at as date) as registered_date,
        category_code,
        min(lower_org_code) as first_org_code,
        max(lower_org_code) as last_org_code
    from told
    group by side_code, upper_org_code, item_no, cast(registered_at as date), category_code
),

months as (
    select distinct
        side_code,
        upper_org_code,
        lower_org_code,
        month_start_date
    from told
),

last_tellings as ({{ last_tellings(['petition_register']) }}),

-- each telling, and whether the other side has it, or explains that it has not; what both tell of a month stands once
asked as (
    select
        mine.*,
        coalesce(mine.month_start_date = theirs.month_start_date, false) as agreed_flag,
        theirs.registration_id is not null as both_flag,
        numbers.same_registration_id is not null as same_flag,
        coalesce(places.first_org_code <> mine.lower_org_code or places.last_org_code <> mine.lower_org_code, false)
            as elsewhere_flag,
        months.month_start_date is null as month_not_told_flag,
        mine.first_sequence > last_tellings.last_sequence as not_told_since_flag,
        {{ differing('mine', 'theirs', [
            'registered_at', 'channel_code', 'purpose_code', 'category_code', 'problem_region_code', 'unit_org_code',
            'first_flag', 'counted_flag',
        ]) }} as differing_columns,
        theirs.delivery_sequence as other_delivery_sequence,
        theirs.sheet_no as other_sheet_no,
        theirs.row_no as other_row_no
    from told as mine
    left join told as theirs
        on
            mine.side_code <> theirs.side_code
            and mine.upper_org_code = theirs.upper_org_code
            and mine.registration_id = theirs.registration_id
    left join items on mine.registration_id = items.registration_id
    left join numbers
        on
            mine.side_code <> numbers.side_code
            and mine.upper_org_code = numbers.upper_org_code
            and mine.lower_org_code = numbers.lower_org_code
            and items.same_registration_id = numbers.same_registration_id
    left join places
        on
            mine.side_code <> places.side_code
            and mine.upper_org_code = places.upper_org_code
            and mine.item_no = places.item_no
            and cast(mine.registered_at as date) = places.registered_date
            and mine.category_code = places.category_code
    left join months
        on
            mine.side_code <> months.side_code
            and mine.upper_org_code = months.upper_org_code
            and mine.lower_org_code = months.lower_org_code
            and mine.month_start_date = months.month_start_date
    left join last_tellings on mine.opposite_org_code = last_tellings.office_code
    where
        mine.side_code = 'upper'
        or theirs.registration_id is null
        or mine.month_start_date <> theirs.month_start_date
),

final as (
    select
        'registered' as basis_code,
        upper_org_code,
        lower_org_code,
        month_start_date,
        registration_id,
        cast(case when agreed_flag or side_code = 'upper' then 1 else 0 end as bigint) as upper_count,
        cast(case when agreed_flag or side_code = 'lower' then 1 else 0 end as bigint) as lower_count,
        case
            when agreed_flag then 'agreed'
            when both_flag then 'timing'
            when same_flag then 'duplicates'
            when elsewhere_flag then 'attribution'
            when month_not_told_flag then 'coverage'
            when not_told_since_flag then 'timing'
            else 'unexplained'
        end as part_code,
        differing_columns,
        case side_code when 'upper' then delivery_sequence else other_delivery_sequence end as upper_delivery_sequence,
        case side_code when 'upper' then sheet_no else other_sheet_no end as upper_sheet_no,
        case side_code when 'upper' then row_no else other_row_no end as upper_row_no,
        case side_code when 'lower' then delivery_sequence else other_delivery_sequence end as lower_delivery_sequence,
        case side_code when 'lower' then sheet_no else other_sheet_no end as lower_sheet_no,
        case side_code when 'lower' then row_no else other_row_no end as lower_row_no
    from asked
)

select * from final
