-- 报送齐全率: of the returns that offices owed by a day, those that have arrived since, however late.
with subjects as (
    {{ returns_due('told_sequence is not null') }}
)

{{ indicator('return_completeness') }}
