-- 调解补贴金额: yuan paid as mediation subsidies.
with subjects as (
    {{ amounts_by_now('mediation_subsidies', happened='paid_date', organ='paying', of='amount_yuan') }}
)

{{ indicator('subsidy_amount', num='done_count', den='of_count') }}
