{{ touched_versions('handling_events') }}
