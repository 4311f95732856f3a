-- 办结率: of the items registered in a month, those closed by as_of.
with subjects as (
    {{ closed_so_far() }}
)

{{ indicator('closure') }}
