{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched', 'kind': 'registration'}}
    )
}}
-- Every office's own events; a copy told by another office is another row, and first/last are not moved by it.
with final as (
    select * from {{ ref('int_handling_events_versions') }}
    where valid_to_sequence is null {{ only_touched('registration_id', 'registration', keyword='and') }}
)

select * from final
