-- 重复信访件占比, worked out from linked registrations within the register area.
with subjects as (
    {{ repeats_within('region') }}
)

{{ indicator('repeat_share', 'in_region') }}
