-- 满意率（责任单位），含基本满意: the reading printed by several provinces.
with subjects as (
    {{ satisfaction_subjects('unit', ['satisfied', 'basically_satisfied']) }}
)

{{ indicator('satisfaction', 'with_basic') }}
