-- Registrations that repeat one another in a circle (D07). Each points at one at most, so a group that is
-- joined by pointers alone and has as many pointers as members holds a circle.
with pointing as (
    select * from {{ ref('fct_petitions') }}
    where repeat_of_item_no is not null
),

pointers as (
    select
        pointing.registration_id,
        pointed.registration_id as pointed_id
    from pointing
    inner join {{ ref('fct_petitions') }} as pointed
        on
            pointing.register_org_code = pointed.register_org_code
            and pointing.repeat_of_item_no = pointed.item_no
),

edges as (
    select
        registration_id,
        pointed_id as link_id
    from pointers
    union
    select
        pointed_id as registration_id,
        pointed_id as link_id
    from pointers
),

{{ settled_labels('chain', '1 = 1') }}

counted as (
    select
        chain.label,
        cast(count(*) as bigint) as member_count,
        count(pointers.registration_id) as pointer_count
    from chain
    left join pointers on chain.registration_id = pointers.registration_id
    group by chain.label
),

found as (
    select
        petitions.register_org_code as org_code,
        cast(petitions.registered_at as date) as asked_date,
        counted.label as subject_id,
        counted.member_count,
        '此件和相连的共' || cast(counted.member_count as string)
        || '件登记互称重复，绕成一圈，看不出哪一件是初件，请核对重复信访件编号。' as text_zh
    from counted
    inner join {{ ref('fct_petitions') }} as petitions on counted.label = petitions.registration_id
    where counted.pointer_count >= counted.member_count
)

{{ asked('D07', 'petition_register', n='member_count') }}
