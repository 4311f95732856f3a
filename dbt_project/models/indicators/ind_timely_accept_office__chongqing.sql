-- 及时受理率（信访部门，重庆口径）: as guangdong, matters of litigation not left out.
with subjects as (
    {{ accepted_within(15, 'register', litigation=true) }}
)

{{ indicator('timely_accept_office', 'chongqing') }}
