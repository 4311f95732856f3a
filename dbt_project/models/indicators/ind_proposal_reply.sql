-- 三项建议反馈率: of the proposals made, those answered in writing by now.
with subjects as (
    {{ done_by_now('proposals', begun='issued_date', done='replied_date', organ='recipient') }}
)

{{ indicator('proposal_reply') }}
