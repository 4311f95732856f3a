-- 重复信访件占比, worked out from linked registrations within the channel.
with subjects as (
    {{ repeats_within('channel') }}
)

{{ indicator('repeat_share', 'in_channel') }}
