-- The subjects of facts and indicators to make again: those told of, those of a register whose
-- events were first told, the cases of a touched batch, and those whose instant has come: an indicator
-- row says itself from which instant it would say something else (changes_at), kept by the last build.
{%- set now = as_of() %}
with told as (
    select * from {{ ref('int_touched') }}
),

turned_registers as (
    select * from {{ ref('int_told_registers') }}
    where changed_flag and {{ built_known_to() }} is not null
),

registrations as (
    select subject_id from told
    where subject_kind_code = 'registration'
    union
    select told_of.registration_id as subject_id
    from {{ ref('stg_petition_register') }} as told_of
    inner join turned_registers on told_of.register_org_code = turned_registers.register_org_code
),

cases as (
    select subject_id from told
    where subject_kind_code = 'case'
    union
    select versions.case_id as subject_id
    from {{ ref('int_backlog_cases_versions') }} as versions
    inner join told on versions.batch_no = told.subject_id and told.subject_kind_code = 'batch'
),

due as (
    {% if goes_on() -%}
    select subject_id from {{ as_built('intermediate', 'int_next_changes') }}
    where changes_at <= {{ now }}
    {%- else -%}
    select subject_id from told
    where 1 = 0
    {%- endif %}
),

final as (
    select
        'registration' as subject_kind_code,
        subject_id
    from registrations
    union all
    select
        'case' as subject_kind_code,
        subject_id
    from cases
    union all
    select
        'due' as subject_kind_code,
        subject_id
    from due
    union all
    select
        subject_kind_code,
        subject_id
    from told
    where subject_kind_code in ({% for ledger in plain_ledgers() %}'{{ ledger }}', {% endfor %}'')
)

select * from final
