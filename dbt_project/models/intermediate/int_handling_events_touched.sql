-- The versions of the events of registrations that are made again, where a build goes on: read out of
-- history once, for the milestones and for all tests of events. Empty when the build starts anew.
with final as (
    select * from {{ versions_in_slice('handling_events') }}
    {% if goes_on() -%}
    {{ only_slice('registration_id', 'registration') }}
    {%- else -%}
    where 1 = 0
    {%- endif %}
)

select * from final
