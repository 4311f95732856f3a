{{ config(materialized='table') }}
-- What a receiver itself tells of what was passed on to it: a copy in its register, a step that it took, or its own
-- registration of the same matter, since the sender's and till soon after the passing: one row each.
with passed as (
    select * from {{ ref('int_passed_on') }}
),

items as (
    select
        items.registration_id,
        items.same_registration_id,
        items.linked_matter_id,
        petitions.register_org_code,
        cast(petitions.registered_at as date) as registered_date,
        petitions.delivery_sequence,
        petitions.sheet_no,
        petitions.row_no
    from {{ ref('fct_matter_items') }} as items
    inner join {{ ref('fct_petitions') }} as petitions on items.registration_id = petitions.registration_id
),

traces as (
    select
        passed.registration_id,
        passed.lower_org_code,
        'copy' as trace_code,
        tellings.delivery_sequence,
        tellings.sheet_no,
        tellings.row_no,
        false as same_flag
    from passed
    inner join {{ ref('int_register_tellings') }} as tellings
        on passed.registration_id = tellings.registration_id and passed.lower_org_code = tellings.office_code
    union all
    select
        passed.registration_id,
        passed.lower_org_code,
        'step' as trace_code,
        steps.delivery_sequence,
        steps.sheet_no,
        steps.row_no,
        false as same_flag
    from passed
    inner join {{ ref('int_office_months') }} as steps
        on passed.registration_id = steps.registration_id and passed.lower_org_code = steps.office_code
    union all
    select
        passed.registration_id,
        passed.lower_org_code,
        'own' as trace_code,
        theirs.delivery_sequence,
        theirs.sheet_no,
        theirs.row_no,
        ours.same_registration_id = theirs.same_registration_id as same_flag
    from passed
    inner join items as ours on passed.registration_id = ours.registration_id
    inner join items as theirs
        on
            ours.linked_matter_id = theirs.linked_matter_id
            and passed.lower_org_code = theirs.register_org_code
            and passed.registration_id <> theirs.registration_id
    where
        theirs.registered_date >= ours.registered_date
        and theirs.registered_date <= {{ add_days('passed.passed_date', threshold('received_within_days')) }}
),

-- what was registered twice as the same is twice counted
ordered as (
    select
        *,
        row_number() over (
            partition by registration_id, lower_org_code
            order by trace_code nulls last, delivery_sequence nulls last, sheet_no nulls last, row_no nulls last
        ) as trace_no,
        sum(case when same_flag then 1 else 0 end) over (partition by registration_id, lower_org_code) as same_count
    from traces
),

final as (
    select
        registration_id,
        lower_org_code,
        greatest(1, same_count) as received_count,
        delivery_sequence,
        sheet_no,
        row_no
    from ordered
    where trace_no = 1
)

select * from final
