{{
    config(
        materialized='incremental', unique_key='registration_id',
        meta={'touched': {'by': 'int_touched_subjects', 'kind': 'registration'}}
    )
}}
-- depends_on: {{ ref('int_touched_subjects') }}
-- The steps by which levels are compared, and opinions: what each office tells and told of them, in both times.
with versions as (
    select * from {{ versions_in_slice('handling_events') }}
),

final as (
    select
        registration_id,
        office_code,
        event_seq,
        event_type_code,
        event_at,
        from_org_code,
        to_org_code,
        delivery_sequence,
        sheet_no,
        row_no,
        valid_from_sequence,
        valid_to_sequence
    from versions
    where
        event_type_code in (
            'transferred', 'assigned', 'objected', 'not_accepted', 'no_longer_accepted', 'direct_reply', 'filed',
            'opinion_issued'
        )
)

select * from final
