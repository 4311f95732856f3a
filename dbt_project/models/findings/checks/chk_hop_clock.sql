-- Told as handled in time while a step of it was late (C07): the whole is in time only if each step was.
with petitions as (
    select * from {{ ref('fct_petitions') }}
    where declared_timeliness_code = 'on_time'
),

hops as (
    select
        registration_id,
        1 as hop_no,
        '转送、交办' as hop_name,
        cast(forwarded_at as date) as done_date,
        office_due_date as due_date
    from petitions
    union all
    select
        registration_id,
        2 as hop_no,
        '告知受理' as hop_name,
        cast(unit_noticed_at as date) as done_date,
        unit_due_date as due_date
    from petitions
    union all
    select
        registration_id,
        3 as hop_no,
        '答复' as hop_name,
        cast(replied_at as date) as done_date,
        coalesce(effective_reply_due_date, reply_due_date) as due_date
    from petitions
),

late as (
    select
        registration_id,
        max(case when hop_no = 1 then said end) as said_1,
        max(case when hop_no = 2 then said end) as said_2,
        max(case when hop_no = 3 then said end) as said_3
    from (
        select
            registration_id,
            hop_no,
            hop_name || '应于 ' || cast(due_date as string) || ' 前，实为 ' || cast(done_date as string) as said
        from hops
        where done_date > due_date
    ) as late_hops
    group by registration_id
),

found as (
    select
        petitions.told_by_office_code as org_code,
        cast(petitions.registered_at as date) as asked_date,
        late.registration_id as subject_id,
        '申报为按期结办，而' || concat_ws('，', late.said_1, late.said_2, late.said_3) || '；全程按期须每一步按期，请核对。'
            as text_zh
    from late
    inner join petitions on late.registration_id = petitions.registration_id
)

{{ asked('C07', 'petition_register') }}
