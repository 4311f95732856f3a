-- 异议按期率: of the registrations that a unit said were not its own, those said so within the days of the rule (art. 23).
-- depends_on: {{ ref('dim_deadline_rule') }}, {{ ref('dim_region_closure') }}
with objected as (
    select
        registration_id,
        registered_at,
        register_org_code,
        register_level_code,
        channel_code,
        category_code,
        statutory_path,
        short_flag,
        objected_at,
        objecting_org_code,
        objected_receipt_at
    from {{ ref('fct_petitions') }}
    where objected_at is not null
),

ruled as (
    {{ with_terms('objected') }}
),

due as (
    select
        ruled.*,
        organisations.region_code as objecting_region_code,
        days.due_date
    from ruled
    left join {{ ref('int_deadline_days') }} as days
        on
            cast(ruled.objected_receipt_at as date) = days.start_date
            and ruled.objection_span_no = days.span_no
    left join {{ ref('dim_organisation') }} as organisations
        on ruled.objecting_org_code = organisations.org_code
),

subjects as (
    select
        registration_id as subject_id,
        cast(objected_at as date) as cohort_date,
        objecting_region_code as region_code,
        objecting_org_code as org_code,
        case
            when cast(objected_at as date) > {{ as_of_date() }} then 'not_yet_begun'
            when objected_receipt_at is null then 'receipt_not_told'
            when due_date is null then 'no_due_date'
        end as excluded_because,
        coalesce(cast(objected_at as date) <= due_date, false) as numerator_flag,
        objected_at as evidence_at,
        {{ when_reached('objected_at') }} as changes_at,
        {{ petition_cuts() }}
    from due
)

{{ indicator('objection_on_time') }}
