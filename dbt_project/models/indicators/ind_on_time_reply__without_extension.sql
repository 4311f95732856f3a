-- 按期答复率: as ind_on_time_reply, extensions not counted.
with subjects as (
    select
        registration_id as subject_id,
        coalesce(reply_due_date, cast(registered_at as date)) as cohort_date,
        accepting_region_code as region_code,
        accepting_org_code as org_code,
        case
            when regime_code = '2022' and statutory_path is null then 'path_unknown'
            when regime_code = '2022' and statutory_path <> 6 then 'not_path_6'
            when reply_due_date is null then 'no_due_date'
            when reply_due_date > {{ as_of_date() }} then 'not_yet_due'
        end as excluded_because,
        coalesce(cast(opinion_served_at as date) <= reply_due_date, false) as numerator_flag,
        opinion_served_at as evidence_at,
        {{ when_reached('reply_due_date') }} as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
    where accepted_at is not null
)

{{ indicator('on_time_reply', 'without_extension') }}
