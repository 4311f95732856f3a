{{
    config(
        materialized='incremental', unique_key='batch_no',
        meta={'touched': {'by': 'int_touched', 'kind': 'batch'}}
    )
}}
-- A batch's cases as told by the office whose telling of the batch counts.
with cases as (
    select * from {{ ref('int_backlog_cases_versions') }}
    where valid_to_sequence is null {{ only_touched('batch_no', 'batch', keyword='and') }}
),

batches as (
    select * from {{ ref('int_backlog_batches_in_force') }}
),

ranked as (
    select
        cases.*,
        batches.issuing_org_code,
        batches.issued_date,
        batches.due_date,
        row_number() over (
            partition by cases.case_id
            order by
                case
                    when cases.office_code = batches.issuing_org_code then 0
                    when cases.office_code = batches.office_code then 1
                    else 2
                end nulls last,
                cases.office_code
        ) as telling_rank
    from cases
    inner join batches on cases.batch_no = batches.batch_no
),

final as (
    select * from ranked
    where telling_rank = 1
)

select * from final
