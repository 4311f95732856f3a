-- Told as handled in time while a step of it was late (C07): the whole is in time only if each step was.
with petitions as (
    select * from {{ ref('fct_petitions') }}
    where declared_timeliness_code = 'on_time'
),

steps as (
    {{ steps_done('petitions') }}
),

late as (
    select
        registration_id,
        clock_code,
        {{ step_name('clock_code') }} || '应于 ' || cast(due_date as string) || ' 前，实为 ' || cast(done_date as string)
            as said
    from steps
    where done_date > due_date
),

found as (
    select
        petitions.told_by_office_code as org_code,
        cast(petitions.registered_at as date) as asked_date,
        petitions.registration_id as subject_id,
        petitions.registration_id,
        '申报为按期结办，而' || concat_ws('，', by_office.said, by_unit.said, by_reply.said)
        || '；全程按期须每一步按期，请核对。' as text_zh
    from petitions
    left join late as by_office
        on petitions.registration_id = by_office.registration_id and by_office.clock_code = 'office'
    left join late as by_unit
        on petitions.registration_id = by_unit.registration_id and by_unit.clock_code = 'unit'
    left join late as by_reply
        on petitions.registration_id = by_reply.registration_id and by_reply.clock_code = 'reply'
    where coalesce(by_office.said, by_unit.said, by_reply.said) is not null
)

{{ asked('C07', 'petition_register', of_registration=true) }}
