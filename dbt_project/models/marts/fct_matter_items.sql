{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched_subjects', 'kind': 'mate'}}
    )
}}
-- depends_on: {{ ref('int_matter_items_before') }} {{ ref('int_touched_subjects') }}
-- A registration of a matter that has several, and its place among them. One that is not here is its matter's
-- only one: first everywhere, never repeated. Identity across levels, domain: T0 to T2; T3 only as a bound.
with members as (
    select * from {{ ref('int_matter_members') }}
    {{ only_touched('registration_id', 'mate', by='int_touched_subjects') }}
),

items as (
    select
        members.registration_id,
        members.same_registration_id,
        members.linked_matter_id,
        members.linked_matter_id_if_confirmed,
        petitions.registered_at,
        petitions.register_org_code,
        petitions.register_region_code,
        petitions.channel_code,
        coalesce(petitions.opinion_served_at, petitions.closed_at) as ended_at
    from members
    inner join {{ ref('fct_petitions') }} as petitions on members.registration_id = petitions.registration_id
),

-- the registration that opens each scope: another one of the same registration opens it too
opened as (
    select
        *,
        {{ item_rank('same_registration_id') }} as copy_rank,
        {{ opening_of('linked_matter_id') }} as opens_nation_id,
        {{ opening_of('linked_matter_id, register_region_code') }} as opens_region_id,
        {{ opening_of('linked_matter_id, register_org_code') }} as opens_organ_id,
        {{ opening_of('linked_matter_id, channel_code') }} as opens_channel_id,
        {{ item_rank('linked_matter_id, register_org_code') }} as rank_in_organ
    from items
),

-- the widest area, by its distance, in which a registration is the first of its matter
areas as (
    select
        items.registration_id,
        closure.distance,
        {{ item_rank('items.linked_matter_id, closure.ancestor_code') }} as rank_in_area,
        {{ item_rank('items.linked_matter_id_if_confirmed, closure.ancestor_code') }} as rank_if_confirmed
    from items
    inner join {{ ref('dim_region_closure') }} as closure on items.register_region_code = closure.descendant_code
),

reach as (
    select
        registration_id,
        max(case when rank_in_area = 1 then distance end) as first_distance,
        max(case when rank_if_confirmed = 1 then distance end) as first_distance_if_confirmed
    from areas
    group by registration_id
),

-- the next registrations, other than copies of this one, after this one was answered or closed
later_ones as (
    select
        items.registration_id,
        later.same_registration_id,
        min(later.registered_at) as returned_at
    from items
    inner join items as later
        on
            items.linked_matter_id = later.linked_matter_id
            and items.same_registration_id <> later.same_registration_id
            and items.ended_at < later.registered_at
    group by items.registration_id, later.same_registration_id
),

in_turn as (
    select
        registration_id,
        returned_at,
        row_number() over (
            partition by registration_id order by returned_at nulls last, same_registration_id nulls last
        ) as return_no
    from later_ones
),

returns as (
    select
        registration_id,
        max(case when return_no = 1 then returned_at end) as returned_at,
        max(case when return_no = 2 then returned_at end) as second_returned_at,
        max(case when return_no = 3 then returned_at end) as third_returned_at
    from in_turn
    where return_no <= 3
    group by registration_id
),

totals as (
    select
        linked_matter_id,
        cast(count(*) as bigint) as item_count,
        cast(count(distinct same_registration_id) as bigint) as registration_count,
        cast(count(distinct channel_code) as bigint) as channel_count
    from items
    group by linked_matter_id
),

final as (
    select
        opened.registration_id,
        opened.same_registration_id,
        opened.linked_matter_id,
        opened.copy_rank > 1 as copy_flag,
        opened.opens_nation_id = opened.same_registration_id as first_in_nation_flag,
        opened.opens_region_id = opened.same_registration_id as first_in_region_flag,
        opened.opens_organ_id = opened.same_registration_id as first_in_organ_flag,
        opened.opens_channel_id = opened.same_registration_id as first_in_channel_flag,
        opened.rank_in_organ = 1 as first_item_in_organ_flag,
        coalesce(reach.first_distance, -1) as first_distance,
        coalesce(reach.first_distance_if_confirmed, -1) as first_distance_if_confirmed,
        opened.linked_matter_id <> opened.linked_matter_id_if_confirmed as candidate_flag,
        returns.returned_at,
        returns.second_returned_at,
        returns.third_returned_at,
        totals.item_count,
        totals.registration_count,
        totals.channel_count
    from opened
    left join reach on opened.registration_id = reach.registration_id
    left join returns on opened.registration_id = returns.registration_id
    left join totals on opened.linked_matter_id = totals.linked_matter_id
)

select * from final
