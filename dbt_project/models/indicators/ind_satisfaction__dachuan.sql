-- 参评群众满意率（达川口径）: of those who evaluated, whoever did, those who rated 满意.
with subjects as (
    {{ evaluated_subjects("rating_code = 'satisfied'", ['no_deadline', 'window_open', 'not_evaluated']) }}
)

{{ indicator('satisfaction', 'dachuan') }}
