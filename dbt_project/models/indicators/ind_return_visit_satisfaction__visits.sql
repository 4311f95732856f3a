-- 回访满意率: of the return visits alone that the petitioner rated, those satisfied.
with subjects as (
    {{ return_visit_subjects(only="visit_kind_code = 'return_visit'") }}
)

{{ indicator('return_visit_satisfaction', 'visits') }}
