-- 一次性化解率: first demands answered or closed that neither came back nor were changed on review in 90 days.
with subjects as (
    {{ resolved_at_once(90) }}
)

{{ indicator('first_time_resolution') }}
