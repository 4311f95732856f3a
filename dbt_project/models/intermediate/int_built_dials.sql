-- The instant of judging of the finished build that this one goes on from.
with final as (
    select built_as_of as as_of from {{ source('raw', 'run_context') }}
)

select * from final
