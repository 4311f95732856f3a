{{
    config(
        materialized='incremental', unique_key='assignment_no',
        meta={'touched': {'by': 'int_touched', 'kind': 'assignment'}}
    )
}}
with final as (
    select * from {{ ref('int_leader_assignments_versions') }}
    where valid_to_sequence is null {{ only_touched('assignment_no', 'assignment', keyword='and') }}
)

select * from final
