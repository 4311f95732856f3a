-- 满意率（责任单位）: of valid self-evaluations, those rated 满意.
with subjects as (
    {{ satisfaction_subjects('unit', ['satisfied']) }}
)

{{ indicator('satisfaction') }}
