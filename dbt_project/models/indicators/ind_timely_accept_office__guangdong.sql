-- 及时受理率（信访部门，广东口径）: first items, acceptance at any level within 15 times 24 hours of registration.
with subjects as (
    {{ accepted_within(15, 'register') }}
)

{{ indicator('timely_accept_office', 'guangdong') }}
