{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched_subjects', 'kind': 'mate'}}
    )
}}
-- depends_on: {{ ref('int_touched_subjects') }}
-- Registrations that belong with others: which registration they are (T0), which matter (T0 to T2), and which
-- matter if every candidate were confirmed (T3 too). Named after the smallest registration id among them. A
-- registration that is not here is a matter by itself. The passes are settled: tests/matters_settled.sql.
with edges as (
    select * from {{ ref('int_link_edges') }}
),

{{ settled_labels('same_registration', "tier_code = 'T0'") }}

{{ settled_labels('matter', "tier_code <> 'T3'") }}

{{ settled_labels('candidate', '1 = 1') }}

final as (
    select
        candidate.registration_id,
        coalesce(same_registration.label, candidate.registration_id) as same_registration_id,
        coalesce(matter.label, candidate.registration_id) as linked_matter_id,
        candidate.label as linked_matter_id_if_confirmed
    from candidate
    left join matter on candidate.registration_id = matter.registration_id
    left join same_registration on candidate.registration_id = same_registration.registration_id
)

select * from final
