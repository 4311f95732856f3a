{{ config(materialized='table') }}
-- What registrations hold in common by what is told of them: each row says that a registration holds a link, and
-- others do. T0 the same registration, T1 declared by an office, T2 by rule, T3 a candidate only. Of made-again
-- matters alone, where a build goes on: such a matter is in the slice as a whole.
{%- set numbers = {
    'nation': 'national_item_no', 'province': 'province_item_no', 'prefecture': 'city_item_no',
    'county': 'county_item_no'
} %}
with registrations as (
    select
        registration_id,
        register_org_code,
        item_no,
        register_region_code,
        register_level_code,
        petition_office_flag,
        matter_id,
        national_item_no,
        province_item_no,
        city_item_no,
        county_item_no,
        repeat_of_item_no,
        merged_into_item_no,
        joint_item_no,
        told_by_office_code
    from {{ ref('fct_petitions') }}
    {{ only_slice('registration_id', 'mate') }}
),

-- the area whose office gave a number: the register's own at that level
areas as (
    select
        closure.descendant_code,
        closure.ancestor_code,
        regions.level_code
    from {{ ref('dim_region_closure') }} as closure
    inner join {{ ref('dim_region') }} as regions on closure.ancestor_code = regions.region_code
    where regions.level_code in ('nation', 'province', 'prefecture', 'county')
),

parallel_numbers as (
    {% for level, column in numbers.items() -%}
    select
        registration_id,
        register_region_code,
        '{{ level }}' as level_code,
        {{ column }} as level_item_no
    from registrations
    where {{ column }} is not null
    union all
    {% endfor -%}
    select
        registration_id,
        register_region_code,
        register_level_code as level_code,
        item_no as level_item_no
    from registrations
    where petition_office_flag and register_level_code in ('nation', 'province', 'prefecture', 'county')
),

-- that a registration repeats or is merged into another of its register, which may not be there
pointers as (
    select
        registration_id,
        register_org_code || '|' || repeat_of_item_no as pointed_id,
        'repeat' as rule_code
    from registrations
    where repeat_of_item_no is not null
    union all
    select
        registration_id,
        register_org_code || '|' || merged_into_item_no as pointed_id,
        'merged' as rule_code
    from registrations
    where merged_into_item_no is not null
),

decisions as (
    {{ link_decisions() }}
),

pairs as (
    select
        registration_id,
        other_registration_id,
        tier_code,
        rule_code
    from {{ ref('int_person_pairs') }}
    union all
    select
        registration_id,
        other_registration_id,
        case when link_kind_code = 'same_registration' then 'T0' else 'T1' end as tier_code,
        'decided' as rule_code
    from decisions
    where decision_code = 'linked'
    union all
    select
        registration_id,
        pointed_id as other_registration_id,
        'T1' as tier_code,
        rule_code
    from pointers
),

held as (
    select
        numbers.registration_id,
        'number|' || numbers.level_code || '|' || areas.ancestor_code || '|' || numbers.level_item_no as link_id,
        'T0' as tier_code,
        'parallel_number' as rule_code
    from parallel_numbers as numbers
    inner join areas
        on numbers.register_region_code = areas.descendant_code and numbers.level_code = areas.level_code
    union all
    select
        registration_id,
        'matter|' || matter_id as link_id,
        'T1' as tier_code,
        'matter_id' as rule_code
    from registrations
    where matter_id is not null
    union all
    select
        registration_id,
        'joint|' || told_by_office_code || '|' || joint_item_no as link_id,
        'T1' as tier_code,
        'joint' as rule_code
    from registrations
    where joint_item_no is not null
    union all
    select
        registration_id,
        'pair|' || registration_id || '|' || other_registration_id as link_id,
        tier_code,
        rule_code
    from pairs
    union all
    select
        other_registration_id as registration_id,
        'pair|' || registration_id || '|' || other_registration_id as link_id,
        tier_code,
        rule_code
    from pairs
),

-- a link held by one alone links nothing
shared_links as (
    select link_id from held
    group by link_id
    having count(*) > 1
),

final as (
    select distinct
        held.registration_id,
        held.link_id,
        held.tier_code,
        held.rule_code
    from held
    inner join shared_links on held.link_id = shared_links.link_id
    inner join registrations on held.registration_id = registrations.registration_id
)

select * from final
