-- 重信按期办结率（滁州口径）: of repeated letters that are due, those closed by their due day.
with subjects as (
    {{ closed_by_due_day("channel_code = 'letter' and not coalesce(first_flag, true)") }}
)

{{ indicator('due_closure', 'chuzhou_repeat_letters') }}
