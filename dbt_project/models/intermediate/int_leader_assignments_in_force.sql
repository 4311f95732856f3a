with final as (
    select * from {{ ref('int_leader_assignments_versions') }}
    where valid_to_sequence is null
)

select * from final
