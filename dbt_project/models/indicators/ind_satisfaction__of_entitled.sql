-- 满意率（按可评价）: 满意 by the petitioner, of all entitled whose window has closed; silence is not satisfaction.
with subjects as (
    select
        *,
        coalesce(self_evaluated_flag and rating_code = 'satisfied', false) as numerator_flag
    from ({{ first_evaluations('unit') }}) as evaluations
)

{{ indicator('satisfaction', 'of_entitled') }}
