-- 调解成功率: of the referrals taken, those with an agreement by now.
with subjects as (
    {{ done_by_now('mediation_linkages', begun='taken_date', done='agreed_date', organ='receiving') }}
)

{{ indicator('mediation_agreement') }}
