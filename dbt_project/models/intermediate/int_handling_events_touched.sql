-- The versions of touched registrations' events, where a build goes on: read out of the history once,
-- for all tests of events. Empty when the build starts anew.
{%- set touched = touched_subjects('registration') %}
with final as (
    select * from {{ ref('int_handling_events_versions') }}
    {% if goes_on() -%}
    where registration_id in {{ touched }}
    {%- else -%}
    where 1 = 0
    {%- endif %}
)

select * from final
