-- 溯源整改率: of the traces, those rectified by now.
with subjects as (
    {{ done_by_now('source_traces', begun='traced_date', done='rectified_date', organ='source') }}
)

{{ indicator('source_rectification') }}
