{{ config(materialized='view') }}
-- The ledger rows behind each subject: delivery, sheet, row. What `petition explain` lists.
with rows_of_ledgers as (
    select
        registration_id as subject_id,
        'petition_register' as ledger,
        told_by_office_code,
        delivery_sequence,
        sheet_no,
        row_no
    from {{ ref('fct_petitions') }}
    union all
    select
        registration_id as subject_id,
        'handling_events' as ledger,
        told_by_office_code,
        delivery_sequence,
        sheet_no,
        row_no
    from {{ ref('fct_handling_events') }}
    union all
    select
        registration_id as subject_id,
        'evaluations' as ledger,
        told_by_office_code,
        delivery_sequence,
        sheet_no,
        row_no
    from {{ ref('fct_evaluations') }}
    union all
    select
        case_id as subject_id,
        'backlog_cases' as ledger,
        told_by_office_code,
        delivery_sequence,
        sheet_no,
        row_no
    from {{ ref('fct_cases') }}
    union all
    select
        case_id as subject_id,
        'leader_assignments' as ledger,
        told_by_office_code,
        delivery_sequence,
        sheet_no,
        row_no
    from {{ ref('fct_leader_assignments') }}
    where in_force_flag
    {{ plain_subject_rows() }}
),

final as (
    select * from rows_of_ledgers
)

select * from final
