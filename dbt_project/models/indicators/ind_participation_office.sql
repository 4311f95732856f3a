-- 参评率（信访部门）: entitled first chances whose window has closed, evaluated by the petitioner.
with subjects as (
    select
        *,
        self_evaluated_flag as numerator_flag
    from ({{ first_evaluations('office') }}) as evaluations
)

{{ indicator('participation_office') }}
