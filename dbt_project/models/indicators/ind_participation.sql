-- 参评率（责任单位）: entitled first chances whose window has closed, evaluated by the petitioner.
with subjects as (
    select
        *,
        self_evaluated_flag as numerator_flag
    from ({{ first_evaluations('unit') }}) as evaluations
)

{{ indicator('participation') }}
