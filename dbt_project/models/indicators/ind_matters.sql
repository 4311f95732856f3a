-- 事项: each matter once in every area where it was registered, and once at every organ.
with subjects as (
    {{ matters_by_area('first_distance') }}
)

{{ indicator('matters') }}
