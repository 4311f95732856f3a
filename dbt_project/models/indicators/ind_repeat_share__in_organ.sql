-- 重复信访件占比, worked out from linked registrations within the register.
with subjects as (
    {{ repeats_within('organ') }}
)

{{ indicator('repeat_share', 'in_organ') }}
