{{ config(materialized='view') }}
-- depends_on: {{ ref('int_handling_events_touched') }}
-- Every office's own events; a copy told by another office is another row, and first/last are not moved by it.
with final as (
    select * from {{ ref('int_handling_events_versions') }}
    where valid_to_sequence is null
)

select * from final
