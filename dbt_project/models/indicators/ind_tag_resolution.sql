-- 专项化解率: of the tags given, those whose matter was resolved by now; a tag taken off before that counts no more.
with subjects as (
    select
        subject_id,
        tagged_date as cohort_date,
        {{ of_organ('tagging') }},
        case
            when tagged_date > {{ as_of_date() }} then 'not_yet_begun'
            when ended_date <= {{ as_of_date() }} and not coalesce(resolved_date <= ended_date, false) then 'tag_ended'
        end as excluded_because,
        coalesce(resolved_date <= {{ as_of_date() }}, false) as numerator_flag,
        cast(resolved_date as timestamp) as evidence_at,
        coalesce(
            {{ when_reached('tagged_date') }},
            least({{ when_reached('resolved_date') }}, {{ when_reached('ended_date') }})
        ) as changes_at,
        {{ cut_values({'tag_code': 'tag_code'}) }}
    from {{ ref('fct_matter_tags') }}
    where in_force_flag
)

{{ indicator('tag_resolution') }}
