-- 创建达标率: of all units on the list, those that passed and kept it.
with subjects as (
    {{ creation_subjects() }}
)

{{ indicator('creation_pass') }}
