-- 及时受理率（责任单位，广东口径）: accepted within 30 times 24 hours of registration, not of the unit's receipt.
with subjects as (
    {{ accepted_within(30, 'receiving') }}
)

{{ indicator('timely_accept_unit', 'guangdong') }}
