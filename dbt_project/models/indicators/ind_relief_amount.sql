-- 救助金额: yuan paid from relief funds.
with subjects as (
    {{ amounts_by_now('relief_payments', happened='paid_date', organ='paying', of='amount_yuan') }}
)

{{ indicator('relief_amount', num='done_count', den='of_count') }}
