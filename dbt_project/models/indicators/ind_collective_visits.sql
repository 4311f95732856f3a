-- 集体访批次: visits of five persons or more, each visit one batch.
with subjects as (
    {{ visits_of(5) }}
)

{{ indicator('collective_visits') }}
