{{ told_slice('handling_events') }}
