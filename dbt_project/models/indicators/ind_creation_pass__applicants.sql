-- 创建达标率（按申报）: as creation_pass, of those that applied.
with subjects as (
    {{ creation_subjects('coalesce(applied_flag, false)') }}
)

{{ indicator('creation_pass', 'applicants') }}
