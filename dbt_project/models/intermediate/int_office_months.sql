{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched_subjects', 'kind': 'registration'}}
    )
}}
-- depends_on: {{ ref('int_touched_subjects') }}
-- The months in which each office now tells a step of a registration, whichever, and where it tells the first of them.
with versions as (
    select * from {{ versions_in_slice('handling_events') }}
    where valid_to_sequence is null
),

ordered as (
    select
        registration_id,
        office_code,
        {{ month_start('event_at') }} as month_start_date,
        delivery_sequence,
        sheet_no,
        row_no,
        row_number() over (
            partition by registration_id, office_code, {{ month_start('event_at') }}
            order by delivery_sequence nulls last, sheet_no nulls last, row_no nulls last
        ) as place_no
    from versions
),

final as (
    select
        registration_id,
        office_code,
        month_start_date,
        delivery_sequence,
        sheet_no,
        row_no
    from ordered
    where place_no = 1
)

select * from final
