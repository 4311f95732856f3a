-- 满意率（信访部门）: of valid self-evaluations, those rated 满意.
with subjects as (
    {{ satisfaction_subjects('office', ['satisfied']) }}
)

{{ indicator('satisfaction_office') }}
