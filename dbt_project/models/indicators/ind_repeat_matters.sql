-- 重复信访事项占比: matters registered twice or more, of all matters.
with subjects as (
    {{ whole_matters('registration_count > 1') }}
)

{{ indicator('repeat_matters') }}
