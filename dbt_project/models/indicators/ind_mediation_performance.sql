-- 调解协议履行率: of the agreements, those performed by now.
with subjects as (
    {{ done_by_now('mediation_linkages', begun='agreed_date', done='performed_date', organ='receiving') }}
)

{{ indicator('mediation_performance') }}
