-- 一事多投: matters that came by two channels or more, of all matters.
with subjects as (
    {{ whole_matters('channel_count > 1') }}
)

{{ indicator('multi_channel_matters') }}
