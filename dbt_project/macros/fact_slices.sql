{#-
  The rows of facts that a build that goes on reads to say anew what its touched subjects say: as the last build had
  them, and as they are. Which facts there are, and by which column each is told apart; what is made of the rows is
  delta.sql's.
-#}

{#- The facts that indicator views may read: the column that is their subject, and the slice they are made of. -#}
{% macro indicator_facts() %}
{%- set facts = {
    'fct_petitions': {'subject': 'registration_id', 'made_of': 'int_petitions_now'},
    'fct_evaluations': {'subject': 'registration_id', 'made_of': 'int_evaluations_now', 'with_petition': true},
    'fct_matter_items': {'subject': 'registration_id'},
    'fct_cases': {'subject': 'case_id'},
    'fct_leader_assignments': {'subject': 'case_id'},
    'fct_expected_returns': {'subject': 'subject_id'}
} -%}
{%- for ledger in plain_ledgers() %}{% do facts.update({'fct_' ~ ledger: {'subject': 'subject_id', 'plain': true}}) %}{% endfor -%}
{{ return(facts) }}
{% endmacro %}

{#- Rows of registrations (a relation) with what indicators cut them by; empty where the register tells no such one. -#}
{% macro carrying_petition(rows, petitions) -%}
(
    select
        rows_of.*,
        petitions.registered_at,
        petitions.register_org_code,
        petitions.register_region_code,
        petitions.register_level_code,
        petitions.responsible_org_code,
        petitions.responsible_region_code,
        petitions.channel_code,
        petitions.category_code
    from {{ rows }} as rows_of
    left join {{ petitions }} as petitions on rows_of.registration_id = petitions.registration_id
)
{%- endmacro %}

{#- A relation as the last finished build left it. No ref: it is made again after it was read. -#}
{% macro as_built(schema, name) -%}
{{ adapter.get_relation(target.database, schema, name) }}
{%- endmacro %}

{#- The rows of the subjects that are read, as the last build had them, taken before the fact is made again. -#}
{% macro fact_before(fact) %}
{%- set subject = indicator_facts()[fact].subject -%}
{%- set read = ref('int_read_subjects') -%}
{% if goes_on() -%}
select * from {{ as_built('marts', fact) }}
where {{ subject }} in (select subject_id from {{ read }})
{%- else -%}
select subject_id as {{ subject }} from {{ read }}
where 1 = 0
{%- endif %}
{% endmacro %}

{#- The rows of the subjects that are read as they now are; one that only time has reached is as it was before. -#}
{% macro fact_now(fact, shape, before) %}
{%- if 'made_of' in shape -%}
{%- set made = carrying_petition(ref(shape.made_of), ref('int_petitions_now')) if shape.with_petition else ref(shape.made_of) -%}
{%- set again = touched_subjects('registration', 'int_touched_subjects') -%}
{%- if goes_on() -%}
{%- set columns = adapter.get_columns_in_relation(ref(fact)) | map(attribute='quoted') | join(', ') -%}
select {{ columns }} from {{ made }}
union all
select {{ columns }} from {{ before }} as standing
{{ anti_join() }} {{ again }} as again on standing.{{ shape.subject }} = again.subject_id
{%- else -%}
select * from {{ made }}
{%- endif -%}
{%- else -%}
select * from {{ rows_read(fact, shape) }} as rows_read
{%- endif -%}
{% endmacro %}

{#- The facts that hold a row of the subjects that are read, as it was or as it is. -#}
{% macro reached_facts() %}
{%- set asked, passed_over = [], passed_over_facts() -%}
{%- for fact, shape in indicator_facts().items() -%}
{%- set was = rows_before(fact, shape, passed_over) | string -%}
{%- set is = (ref(shape.made_of) if 'made_of' in shape else rows_read(fact, shape)) | string -%}
{%- for rows in [was, is] | unique -%}
{%- do asked.append("select '" ~ fact ~ "' as fact from (select 1 as held from " ~ rows ~ ' as rows_of limit 1) as any_row') -%}
{%- endfor -%}
{%- endfor -%}
{{ return(run_query(asked | join(' union all ')).columns[0].values() | list) }}
{% endmacro %}

{#- The rows of a fact as it now is, of the subjects that are read. -#}
{% macro rows_read(fact, shape) %}
{{ return('(select * from ' ~ ref(fact) ~ ' where ' ~ shape.subject ~ ' in (select subject_id from ' ~ ref('int_read_subjects') ~ '))') }}
{% endmacro %}

{#- Where the rows of the subjects that are read are as the last build had them. -#}
{% macro rows_before(fact, shape, passed_over) %}
{%- if not shape.get('plain') -%}
{{ return(ref(fact | replace('fct_', 'int_') ~ '_before')) }}
{%- elif fact in passed_over -%}
{{ return(rows_read(fact, shape)) }}
{%- endif -%}
{{ return(plain_before(ref(fact))) }}
{% endmacro %}
