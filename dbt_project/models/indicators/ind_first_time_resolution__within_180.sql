-- 一次性化解率: first demands answered or closed that did not come back within 180 days.
with subjects as (
    {{ returns_within(180, 'false', "first_in_nation_flag and purpose_code = 'demand'") }}
)

{{ indicator('first_time_resolution', 'within_180') }}
