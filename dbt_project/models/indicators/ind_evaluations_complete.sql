-- 两评议一回访齐全率: registrations answered or closed whose matter had both evaluations and the visit since.
with visits as (
    select
        petitions.registration_id,
        count(
            distinct case
                when
                    visits.visited_date <= {{ as_of_date() }}
                    and visits.visit_kind_code in ('evaluation_a', 'evaluation_b', 'return_visit')
                    then visits.visit_kind_code
            end
        ) as kind_count,
        max(visits.visited_date) as last_date,
        min({{ when_reached('visits.visited_date') }}) as changes_at
    from {{ ref('fct_petitions') }} as petitions
    inner join {{ ref('fct_return_visits') }} as visits
        on
            petitions.matter_id = visits.matter_id
            and visits.visited_date >= cast(coalesce(petitions.opinion_served_at, petitions.closed_at) as date)
    where visits.in_force_flag
    group by petitions.registration_id
),

subjects as (
    select
        items.registration_id as subject_id,
        cast(items.ended_at as date) as cohort_date,
        items.responsible_region_code as region_code,
        items.responsible_org_code as org_code,
        case
            when items.copy_flag then 'copy'
            when cast(items.ended_at as date) > {{ as_of_date() }} then 'not_yet_begun'
            when items.matter_id is null then 'matter_not_told'
        end as excluded_because,
        coalesce(visits.kind_count = 3, false) as numerator_flag,
        coalesce(cast(visits.last_date as timestamp), items.ended_at) as evidence_at,
        least({{ when_reached('items.ended_at') }}, visits.changes_at) as changes_at,
        {{ petition_cuts('items') }}
    from ({{ matter_items() }}) as items
    left join visits on items.registration_id = visits.registration_id
    where items.ended_at is not null
)

{{ indicator('evaluations_complete') }}
