-- An extension that was approved after the last day had passed, or was not the first (C09). The last day is the one of
-- the extension before, else the first that was set.
with extensions as (
    select
        registration_id,
        event_id,
        from_org_code,
        cast(event_at as date) as approved_date,
        row_number() over in_order as extension_no,
        cast(lag(new_due_at) over in_order as date) as extended_to_date
    from {{ ref('fct_handling_events') }}
    where event_type_code = 'extended'
    window in_order as (partition by registration_id order by event_at nulls last, event_id nulls last)
),

judged as (
    select
        extensions.*,
        coalesce(extensions.from_org_code, petitions.responsible_org_code, petitions.register_org_code) as org_code,
        coalesce(extensions.extended_to_date, petitions.reply_due_date) as last_date
    from extensions
    inner join {{ ref('fct_petitions') }} as petitions on extensions.registration_id = petitions.registration_id
),

found as (
    select
        org_code,
        approved_date as asked_date,
        event_id as subject_id,
        registration_id,
        case
            when approved_date > last_date
                then '期限' || cast(last_date as string) || '届满，' || cast(approved_date as string) || '才批准延期'
            else '第' || cast(extension_no as string) || '次延期'
        end || '，请说明依据。' as text_zh
    from judged
    where approved_date > last_date or extension_no > 1
)

{{ asked('C09', 'handling_events', of_registration=true) }}
