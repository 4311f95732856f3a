-- A registration that was sent back twice or more (C08): asked of the organ that registered and sent it.
with objections as (
    select
        registration_id,
        cast(count(*) as bigint) as objection_count,
        cast(max(event_at) as date) as last_objected_date
    from {{ ref('fct_handling_events') }}
    where event_type_code = 'objected'
    group by registration_id
),

found as (
    select
        petitions.register_org_code as org_code,
        objections.last_objected_date as asked_date,
        petitions.registration_id as subject_id,
        petitions.registration_id,
        objections.objection_count,
        '先后' || cast(objections.objection_count as string)
        || '次提出异议退回，请说明为何没有转到有权处理的机关。' as text_zh
    from objections
    inner join {{ ref('fct_petitions') }} as petitions on objections.registration_id = petitions.registration_id
    where objections.objection_count >= 2
)

{{ asked('C08', 'handling_events', statistic='objection_count', of_registration=true) }}
