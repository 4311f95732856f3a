-- 重复信访件占比, worked out from linked registrations within the nation.
with subjects as (
    {{ repeats_within('nation') }}
)

{{ indicator('repeat_share', 'in_nation') }}
