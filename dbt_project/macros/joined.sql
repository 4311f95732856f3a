{#-
  Ledgers that an indicator may read together with others, and by what their rows belong together: a registration
  (its register and number), what offices call the matter, or a duty of an organ. News of one may then change what
  an indicator says of another's subject: int_touched_subjects has who shares a key with the news, and
  int_read_subjects who shares one with those, for a subject's row is made of them.
-#}
{% macro joined_facts() %}
{%- set facts = {'fct_cases': {'subject': 'case_id', 'ledger': 'backlog_cases', 'key': joined_by('matter')}} -%}
{%- for ledger, by in {
    'documents': 'registration', 'source_traces': 'registration', 'review_cases': 'matter', 'return_visits': 'matter',
    'leader_instructions': 'matter', 'listed_supervision': 'matter', 'joint_conferences': 'conference',
    'report_issues': 'report'
}.items() if ledger in plain_ledgers() -%}
{%- do facts.update({'fct_' ~ ledger: {
    'subject': 'subject_id', 'ledger': ledger, 'key': joined_by(by), 'own': by != 'matter',
    'number': 'item_no' if by == 'registration'
}}) -%}
{%- endfor -%}
{{ return(facts) }}
{% endmacro %}

{#- The key by which a row belongs with others; null when it says none. All but the matter's are a subject's own. -#}
{% macro joined_by(by) -%}
{{ return({
    'matter': "'matter:' || matter_id",
    'registration': registration_id() | trim,
    'conference': "'duty|joint_conference|' || township_org_code",
    'report': "'duty|report_' || series_code || '|' || issuing_org_code"
}[by]) }}
{%- endmacro %}

{#- The keys of subjects (a relation with subject_id) as the last build had them; of registrations as ever told. -#}
{% macro keys_of(subjects) %}
select subject_id as joined_key from {{ subjects }}
union
select 'matter:' || marks.mark as joined_key
from {{ ref('int_link_marks') }} as marks
inner join {{ subjects }} as subjects on marks.registration_id = subjects.subject_id
where marks.mark_kind_code = 'matter'
{%- for fact, shape in joined_facts().items() %}
union
select {{ shape.key }} as joined_key
from {{ as_built('marts', fact) }} as as_last_built
where {{ shape.key }} is not null and {{ shape.subject }} in (select subject_id from {{ subjects }})
{%- endfor %}
{% endmacro %}

{#- The keys that the touched rows of joined ledgers say now, their names as they are answered now. -#}
{% macro keys_told_of(touched) %}
{%- for shape in joined_facts().values() %}
{{ 'union' if not loop.first }}
select {{ shape.key }} as joined_key
{% if shape.own -%}
from ({{ tellings(shape.ledger, staged(shape.ledger), 'rows_told') }}) as as_answered
{%- else -%}
from {{ staged(shape.ledger) }} as as_told
{%- endif %}
where {{ shape.key }} is not null and {{ shape.subject }} in (select subject_id from {{ touched }})
{%- endfor %}
{% endmacro %}

{#- The subjects that hold one of some keys (a relation with joined_key) as the last build had them. -#}
{% macro holders_of(keys) %}
select joined_key as subject_id from {{ keys }}
union
select marks.registration_id as subject_id
from {{ ref('int_link_marks') }} as marks
inner join {{ keys }} as keys on 'matter:' || marks.mark = keys.joined_key
where marks.mark_kind_code = 'matter'
{%- for fact, shape in joined_facts().items() %}
union
select {{ shape.subject }} as subject_id
from {{ as_built('marts', fact) }} as as_last_built
where
    {% if shape.number -%}
    -- by the number alone first: joined with its register it is a new text for each row of history
    {{ shape.number }} in (select substr(joined_key, instr(joined_key, '|') + 1) from {{ keys }})
    and {% endif -%}
    {{ shape.key }} in (select joined_key from {{ keys }})
{%- endfor %}
{% endmacro %}

{#- Refuses an indicator view that reads together what is not made again together. `parents`: fact names. -#}
{% macro refuse_unjoined(view, parents) %}
{%- set of_registrations = ['fct_petitions', 'fct_evaluations', 'fct_matter_items'] -%}
{%- set of_cases = ['fct_cases', 'fct_leader_assignments'] -%}
{%- set joinable = of_registrations + of_cases + joined_facts().keys() | list -%}
{%- for parent in parents if parents | length > 1 and parent not in joinable -%}
{{ exceptions.raise_compiler_error('指标 ' ~ view ~ ' 把 ' ~ parent ~ ' 与别的事实连在一起读：别的事实变了，它不会跟着重算。请在 macros/joined.sql 的 '
    ~ 'joined_facts 中写明这份台账凭什么与别的相连，并且只凭它相连。') }}
{%- endfor -%}
{% endmacro %}
