-- depends_on: {{ ref('int_link_marks') }}
-- The subjects that news reached by itself: those told of, those of a register whose events were first told, and
-- the cases of a touched batch. Mates: registrations of a matter that a registration told of belonged to, or may
-- belong to now by a mark in common.
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

{% if goes_on() -%}
{%- set members, links = as_built('intermediate', 'int_matter_members'), as_built('marts', 'fct_item_links') -%}
{%- set petitions = as_built('marts', 'fct_petitions') -%}
{%- set number_kinds = "('national', 'province', 'city', 'county')" -%}
reached_marks as (
    select
        marks.mark_kind_code,
        marks.mark
    from {{ ref('int_link_marks') }} as marks
    inner join registrations on marks.registration_id = registrations.subject_id
),

-- a mark in common; being pointed at as a repetition; a parallel number that is another's own; the other end of
-- a decided link; and the registrations themselves
reached as (
    select marks.registration_id
    from {{ ref('int_link_marks') }} as marks
    inner join reached_marks on marks.mark = reached_marks.mark
    union
    select marks.registration_id
    from {{ ref('int_link_marks') }} as marks
    inner join registrations on marks.mark = registrations.subject_id
    union
    select mark as registration_id from reached_marks
    where mark_kind_code in ('repeat', 'merged')
    union
    select petitions.registration_id
    from {{ petitions }} as petitions
    inner join reached_marks on petitions.item_no = reached_marks.mark
    where reached_marks.mark_kind_code in {{ number_kinds }}
    union
    select marks.registration_id
    from {{ ref('int_link_marks') }} as marks
    inner join registrations
        on marks.mark = substr(registrations.subject_id, instr(registrations.subject_id, '|') + 1)
    where marks.mark_kind_code in {{ number_kinds }}
    {% for one, other in [('', 'other_'), ('other_', '')] -%}
    union
    select links.{{ other }}register_org_code || '|' || links.{{ other }}item_no as registration_id
    from {{ links }} as links
    inner join registrations
        on links.{{ one }}register_org_code || '|' || links.{{ one }}item_no = registrations.subject_id
    {% endfor -%}
    union
    select subject_id as registration_id from registrations
),

reached_matters as (
    select distinct members.linked_matter_id_if_confirmed
    from {{ members }} as members
    inner join reached on members.registration_id = reached.registration_id
),

mates as (
    select registration_id as subject_id from reached
    union
    select members.registration_id as subject_id
    from {{ members }} as members
    inner join reached_matters on members.linked_matter_id_if_confirmed = reached_matters.linked_matter_id_if_confirmed
),
{%- else -%}
mates as (
    select registration_id as subject_id from {{ ref('int_link_marks') }}
    where 1 = 0
),
{%- endif %}

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
        'mate' as subject_kind_code,
        subject_id
    from mates
    union all
    select
        subject_kind_code,
        subject_id
    from told
    where subject_kind_code in ('return', {% for ledger in plain_ledgers() %}'{{ ledger }}', {% endfor %}'')
)

select * from final
