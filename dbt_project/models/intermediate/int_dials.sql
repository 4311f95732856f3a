-- The instant of judging of this build. It comes after int_indicator_before: until then the views of the
-- last build see the facts of the last build, judged at its instant.
-- depends_on: {{ ref('int_indicator_before') }}
with final as (
    select as_of from {{ source('raw', 'run_context') }}
)

select * from final
