{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched_subjects', 'kind': 'registration'}}
    )
}}
-- depends_on: {{ ref('dim_region') }} {{ ref('int_touched_subjects') }}
-- What was found by the checks that ask of one registration, by what is told of it, whatever the day: kept from the
-- last build but for what was made again.
with final as (
    {% for check in checks_of_registrations() -%}
    select
        registration_id,
        {{ finding_columns() | join(',\n        ') }}
    from {{ found_again(check) }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select * from final
