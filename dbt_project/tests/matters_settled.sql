{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_matter_members'}}}) }}
-- Registrations that hold one link have one label: the passes that spread the smallest id were enough.
-- A warning: a chain of more than 510 links is told in parts, and no reason to publish nothing.
with held as (
    select
        edges.link_id,
        edges.tier_code,
        members.same_registration_id,
        members.linked_matter_id,
        members.linked_matter_id_if_confirmed
    from {{ ref('int_link_edges') }} as edges
    inner join {{ ref('int_matter_members') }} as members on edges.registration_id = members.registration_id
)

select link_id
from held
group by link_id, tier_code
having
    count(distinct linked_matter_id_if_confirmed) > 1
    or (tier_code <> 'T3' and count(distinct linked_matter_id) > 1)
    or (tier_code = 'T0' and count(distinct same_registration_id) > 1)
