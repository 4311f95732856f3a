-- By how much each cell of indicator sums changes: what its touched subjects now add, less what they
-- added in the last build. Empty when the build starts anew.
{% set delta = ref('int_indicator_delta') %}
with final as (
    {{ cell_sums('select * from ' ~ delta, cut_columns(), 'contribution_sign') }}
)

select * from final
