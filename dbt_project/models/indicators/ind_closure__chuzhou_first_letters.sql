-- 初信办结率（滁州口径）: of first letters registered in a month, those closed by as_of.
with subjects as (
    {{ closed_so_far("channel_code = 'letter' and coalesce(first_flag, true)", flagged=true) }}
)

{{ indicator('closure', 'chuzhou_first_letters') }}
