{{ config(materialized='view') }}
-- Who answers for a matter, and as what: each organ or region once in each role, however many ledgers and
-- registrations say so. A matter of two regions is one matter here, with a role for each of them.
with registered as (
    select
        petitions.*,
        coalesce(items.linked_matter_id, petitions.registration_id) as linked_matter_id
    from {{ ref('fct_petitions') }} as petitions
    left join {{ ref('fct_matter_items') }} as items on petitions.registration_id = items.registration_id
),

-- other ledgers name a matter by its number: the matter of the registrations that carry it
numbered as (
    select
        matter_id,
        min(linked_matter_id) as linked_matter_id
    from registered
    where matter_id is not null
    group by matter_id
),

letters as (
    select
        letters_told.*,
        coalesce(numbered.linked_matter_id, letters_told.matter_id, letters_told.subject_id) as linked_matter_id
    from {{ ref('fct_coordination_letters') }} as letters_told
    left join numbered on letters_told.matter_id = numbered.matter_id
    where letters_told.in_force_flag
),

traces as (
    select
        traces_told.*,
        coalesce(
            registered.linked_matter_id, traces_told.register_org_code || '|' || traces_told.item_no,
            traces_told.subject_id
        ) as linked_matter_id
    from {{ ref('fct_source_traces') }} as traces_told
    left join registered
        on traces_told.register_org_code || '|' || traces_told.item_no = registered.registration_id
    where traces_told.in_force_flag
),

backlog as (
    select
        cases.*,
        organisations.region_code as responsible_org_region_code,
        coalesce(numbered.linked_matter_id, cases.matter_id, cases.case_id) as linked_matter_id
    from {{ ref('fct_cases') }} as cases
    left join numbered on cases.matter_id = numbered.matter_id
    left join {{ ref('dim_organisation') }} as organisations on cases.responsible_org_code = organisations.org_code
),

assists as (
    select
        registered.linked_matter_id,
        events.to_org_code as assisting_org_code,
        organisations.region_code as assisting_org_region_code
    from {{ ref('fct_handling_events') }} as events
    inner join registered on events.registration_id = registered.registration_id
    left join {{ ref('dim_organisation') }} as organisations on events.to_org_code = organisations.org_code
    where events.event_type_code = 'assisting'
),

{%- set said = [
    ('registered', 'register', 'register_org_code', 'register_region_code'),
    ('registered', 'responsible', 'responsible_org_code', 'responsible_region_code'),
    ('assists', 'assisting', 'assisting_org_code', 'assisting_org_region_code'),
    ('registered', 'problem_place', none, 'problem_region_code'),
    ('letters', 'home_place', none, 'place_region_code'),
    ('letters', 'subject_place', none, 'subject_region_code'),
    ('letters', 'resolving', 'resolving_org_code', 'resolving_org_region_code'),
    ('letters', 'stabilising', 'stabilising_org_code', 'stabilising_org_region_code'),
    ('traces', 'source', 'source_org_code', 'source_org_region_code'),
    ('backlog', 'backlog_place', none, 'place_region_code'),
    ('backlog', 'backlog_responsible', 'responsible_org_code', 'responsible_org_region_code'),
] %}

united as (
    {% for told, role, organ, region in said -%}
    select
        linked_matter_id,
        '{{ role }}' as role_code,
        {{ organ or 'cast(null as string)' }} as org_code,
        {{ region or 'cast(null as string)' }} as region_code
    from {{ told }}
    where {{ organ or region }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        linked_matter_id,
        role_code,
        org_code,
        region_code,
        cast(count(*) as bigint) as row_count
    from united
    group by linked_matter_id, role_code, org_code, region_code
)

select * from final
