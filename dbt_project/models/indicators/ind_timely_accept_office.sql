-- 及时受理率（信访部门）: forwarded within 15 days of registration (2022 Regulation, art. 22).
with subjects as (
    select
        registration_id as subject_id,
        coalesce(office_due_date, cast(registered_at as date)) as cohort_date,
        register_region_code as region_code,
        register_org_code as org_code,
        case
            when not petition_office_flag then 'not_petition_office'
            when filed_at is not null then 'filed'
            when not handling_told_flag then 'handling_not_told'
            when office_due_date is null then 'no_due_date'
            when office_due_date > {{ as_of_date() }} then 'not_yet_due'
        end as excluded_because,
        coalesce(cast(forwarded_at as date) <= office_due_date, false) as numerator_flag,
        forwarded_at as evidence_at,
        {{ when_reached('office_due_date') }} as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('timely_accept_office') }}
