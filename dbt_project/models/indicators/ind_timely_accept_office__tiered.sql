-- 及时受理率（信访部门，逐级期限）: forwarded within the days of the office's own level (5, 3, 3 or 4).
with rules as (
    select * from {{ ref('dim_deadline_rule') }}
    where clock_code = 'tier_forward' and valid_from is not null
),

dated as (
    select
        petitions.*,
        days.due_date
    from {{ ref('fct_petitions') }} as petitions
    left join rules
        on
            petitions.register_level_code = rules.level_code
            and cast(petitions.registered_at as date) between rules.valid_from and rules.valid_to
    left join {{ ref('int_deadline_days') }} as days
        on cast(petitions.registered_at as date) = days.start_date and rules.span_no = days.span_no
),

subjects as (
    select
        registration_id as subject_id,
        coalesce(due_date, cast(registered_at as date)) as cohort_date,
        register_region_code as region_code,
        register_org_code as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when filed_at is not null then 'filed'
            when not handling_told_flag then 'handling_not_told'
            when due_date is null then 'no_due_date'
            when due_date > {{ as_of_date() }} then 'not_yet_due'
        end as excluded_because,
        coalesce(cast(forwarded_at as date) <= due_date, false) as numerator_flag,
        forwarded_at as evidence_at,
        {{ when_reached('due_date') }} as changes_at,
        {{ petition_cuts() }}
    from dated
)

{{ indicator('timely_accept_office', 'tiered') }}
