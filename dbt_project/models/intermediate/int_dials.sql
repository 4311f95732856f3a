-- The instant of judging of this build.
with final as (
    select as_of from {{ source('raw', 'run_context') }}
)

select * from final
