-- 集体访批次（超过五人）: visits of more than five persons.
with subjects as (
    {{ visits_of(6) }}
)

{{ indicator('collective_visits', 'over_five') }}
