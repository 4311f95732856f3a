-- 一次性化解率（西藏口径）: of the items that the register calls first, those that did not come back after their end.
with subjects as (
    select
        registration_id as subject_id,
        cast(ended_at as date) as cohort_date,
        {{ of_responsible() }},
        case
            when first_flag is null then 'flag_not_told'
            when not first_flag then 'repeat'
            when cast(ended_at as date) > {{ as_of_date() }} then 'not_yet_begun'
        end as excluded_because,
        not coalesce(cast(returned_at as date) <= {{ as_of_date() }}, false) as numerator_flag,
        coalesce(returned_at, ended_at) as evidence_at,
        coalesce({{ when_reached('ended_at') }}, {{ when_reached('returned_at') }}) as changes_at,
        {{ petition_cuts() }}
    from ({{ matter_items() }}) as items
    where ended_at is not null
)

{{ indicator('first_time_resolution', 'tibet') }}
