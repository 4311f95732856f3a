-- 首接首办办结率: of the items that a unit received, those closed with the unit that received them first.
with subjects as (
    select
        registration_id as subject_id,
        cast(registered_at as date) as cohort_date,
        first_receiving_region_code as region_code,
        first_receiving_org_code as org_code,
        case when first_receiving_org_code is null then 'receipt_not_told' end as excluded_because,
        coalesce(closed_at <= {{ as_of() }} and first_receiving_org_code = receiving_org_code, false) as numerator_flag,
        closed_at as evidence_at,
        case when closed_at > {{ as_of() }} then closed_at end as changes_at,
        {{ petition_cuts() }}
    from {{ ref('fct_petitions') }}
)

{{ indicator('first_receiver_closure') }}
