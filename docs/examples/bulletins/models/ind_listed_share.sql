-- 底册占比: of the items on a list, those that count for the figure printed from it. Cut by list.
with subjects as (
    select
        subject_id,
        registered_date as cohort_date,
        {{ of_organ('reporting') }},
        cast(null as string) as excluded_because,
        counted_flag as numerator_flag,
        cast(registered_date as timestamp) as evidence_at,
        cast(null as timestamp) as changes_at,
        {{ cut_values({'batch_no': 'list_no'}) }}
    from {{ ref('fct_figure_lists') }}
    where in_force_flag
)

{{ indicator('listed_share') }}
