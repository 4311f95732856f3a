-- By how much each cell of indicator sums changes: what its touched subjects now add, less what they
-- added in the last build. Empty when the build starts anew.
with delta as (
    select * from {{ ref('int_indicator_delta') }}
),

final as (
    {{ cell_sums('delta', 'contribution_sign') }}
)

select * from final
