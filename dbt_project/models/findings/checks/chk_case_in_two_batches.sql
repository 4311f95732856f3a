-- One matter as a case of two batches, moved out of neither (C19): asked of the later batch.
with cases as (
    select * from {{ ref('fct_cases') }}
    where matter_id is not null and moved_out_date is null
),

found as (
    select
        later.issuing_org_code as org_code,
        later.issued_date as asked_date,
        later.case_id as subject_id,
        '同一信访事项已在批次' || max(earlier.batch_no) || '之内而没有调出，请说明计在哪一批。' as text_zh
    from cases as later
    inner join cases as earlier
        on
            later.matter_id = earlier.matter_id
            and later.batch_no <> earlier.batch_no
            and (
                later.issued_date > earlier.issued_date
                or (later.issued_date = earlier.issued_date and later.batch_no > earlier.batch_no)
            )
    group by later.issuing_org_code, later.issued_date, later.case_id
)

{{ asked('C19', 'backlog_cases') }}
