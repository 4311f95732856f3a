-- By how much each cell of indicator sums changes: what its touched subjects now add, less what they
-- added in the last build. Empty when the build starts anew.
{% set delta = ref('int_indicator_delta') %}
with summed as (
    {{ cell_sums('select * from ' ~ delta, cut_columns(), 'contribution_sign') }}
),

final as (
    select * from summed
    where num <> 0 or den <> 0 or subject_count <> 0
)

select * from final
