-- Registrations of the same petition at several levels that place its problem apart (C35): in regions of which neither
-- is within the other. Figures by place would count it in both.
with copies as (
    select
        registration_id,
        same_registration_id
    from {{ ref('fct_matter_items') }}
    where same_registration_id <> registration_id
),

placed as (
    select
        petitions.registration_id,
        petitions.register_org_code,
        cast(petitions.registered_at as date) as registered_date,
        petitions.problem_region_code
    from {{ ref('fct_petitions') }} as petitions
    inner join {{ ref('dim_region') }} as regions on petitions.problem_region_code = regions.region_code
    where cast(petitions.registered_at as date) >= {{ checked_from() }}
),

pairs as (
    select
        placed.registration_id,
        placed.register_org_code,
        placed.registered_date,
        placed.problem_region_code,
        originals.problem_region_code as other_region_code
    from copies
    inner join placed on copies.registration_id = placed.registration_id
    inner join placed as originals on copies.same_registration_id = originals.registration_id
    where placed.problem_region_code <> originals.problem_region_code
),

within as (
    select pairs.registration_id
    from pairs
    inner join {{ ref('dim_region_closure') }} as closure
        on
            pairs.problem_region_code = closure.ancestor_code
            and pairs.other_region_code = closure.descendant_code
    union all
    select pairs.registration_id
    from pairs
    inner join {{ ref('dim_region_closure') }} as closure
        on
            pairs.other_region_code = closure.ancestor_code
            and pairs.problem_region_code = closure.descendant_code
),

found as (
    select
        pairs.register_org_code as org_code,
        pairs.registered_date as asked_date,
        pairs.registration_id as subject_id,
        '这里登记的问题属地是' || here.region_name || '，同一件在另一处登记的是' || there.region_name
        || '，请两处核对，属地以一处为准。' as text_zh
    from pairs
    {{ anti_join() }} within on pairs.registration_id = within.registration_id
    inner join {{ ref('dim_region') }} as here on pairs.problem_region_code = here.region_code
    inner join {{ ref('dim_region') }} as there on pairs.other_region_code = there.region_code
)

{{ asked('C35', 'petition_register') }}
