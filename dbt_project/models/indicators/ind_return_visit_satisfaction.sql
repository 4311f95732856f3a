-- 评议回访满意率: of the visits that the petitioner rated, those satisfied.
with subjects as (
    {{ return_visit_subjects() }}
)

{{ indicator('return_visit_satisfaction') }}
