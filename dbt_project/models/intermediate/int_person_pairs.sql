{{ config(materialized='slice') }}
-- Pairs of registrations that may be of the same person and the same matter (同人、同事), by equality of what
-- the rows in force say. signature: problem county, category and responsible unit. Identity and whole
-- signature link (T2); less is a candidate (T3), which changes no figure until an office decides it.
with registrations as (
    select
        registration_id,
        category_code,
        unit_org_code,
        substr(problem_region_code, 1, 6) as problem_county,
        delivery_sequence,
        sheet_no,
        row_no
    from {{ ref('fct_petitions') }}
    {{ only_slice('registration_id', 'mate') }}
),

marked as (
    select
        registrations.registration_id,
        registrations.category_code,
        registrations.unit_org_code,
        registrations.problem_county,
        marks.mark_kind_code,
        marks.mark
    from {{ ref('int_link_marks') }} as marks
    inner join registrations
        on
            marks.registration_id = registrations.registration_id
            and marks.delivery_sequence = registrations.delivery_sequence
            and marks.sheet_no = registrations.sheet_no
            and marks.row_no = registrations.row_no
    where
        marks.mark_kind_code in ('person', 'contact')
        and registrations.category_code is not null and registrations.problem_county is not null
),

paired as (
    select
        one.registration_id,
        other.registration_id as other_registration_id,
        one.mark_kind_code,
        coalesce(one.unit_org_code = other.unit_org_code, false) as same_unit_flag
    from marked as one
    inner join marked as other
        on
            one.mark_kind_code = other.mark_kind_code
            and one.mark = other.mark
            and one.problem_county = other.problem_county
            and one.category_code = other.category_code
            and one.registration_id < other.registration_id
),

final as (
    select
        registration_id,
        other_registration_id,
        case when mark_kind_code = 'person' and same_unit_flag then 'T2' else 'T3' end as tier_code,
        case
            when mark_kind_code = 'person' and same_unit_flag then 'person_and_signature'
            when mark_kind_code = 'person' then 'person_and_place'
            when same_unit_flag then 'contact_and_signature'
            else 'contact_and_place'
        end as rule_code
    from paired
)

select * from final
