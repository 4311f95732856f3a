{#-
  A ledger's rows as told: its staging model, or of a plain ledger the same written in place, for a model of its
  own would cost more than its rows. A plain ledger's subject is the ledger and the key that its contract names.
-#}
{% macro staged(ledger) %}
{%- set shape = told_ledger(ledger) -%}
{%- if 'own_key' not in shape -%}
{{ return(ref('stg_' ~ ledger)) }}
{%- endif -%}
{%- set rows_told -%}
(
    select
        _office_code as office_code,
        _sequence as delivery_sequence,
        _sheet_no as sheet_no,
        _row_no as row_no,
        '{{ ledger }}' {% for c in shape.own_key %} || '|' || cast({{ c }} as string){% endfor %} as subject_id
        {%- for c in shape.told %},
        {{ c }}
        {%- endfor %}
    from {{ source('raw', 'raw_' ~ ledger) }}
)
{%- endset -%}
{{ return(rows_told) }}
{% endmacro %}

{#-
  The fact of a plain ledger (see orchestration/plain_ledgers.py): every version that an office told of each
  of its objects, and which one is in force: the current one of the office whose telling counts.
-#}
{% macro plain_fact(ledger) %}
{%- set shape = told_ledger(ledger) -%}
-- depends_on: {{ ref('int_read_subjects') }}
with told_versions as (
    {{ ledger_versions(ledger) }}
),

counting as (
    {{ by_precedence('told_versions', ['subject_id'], shape.owner) }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
),

organisations as (
    select * from {{ ref('dim_organisation') }}
),

final as (
    select
        told_versions.subject_id,
        told_versions.version_no,
        counting.subject_id is not null as in_force_flag,
        deliveries.recorded_at as known_from_at,
        {% for c in shape.content -%}
        told_versions.{{ c }},
        {% endfor -%}
        {% for organ, region in shape.organ_regions.items() -%}
        {{ organ }}_organ.region_code as {{ region }},
        {% endfor -%}
        told_versions.office_code as told_by_office_code,
        told_versions.delivery_sequence,
        told_versions.sheet_no,
        told_versions.row_no
    from told_versions
    inner join deliveries on told_versions.valid_from_sequence = deliveries.delivery_sequence
    left join counting
        on
            told_versions.subject_id = counting.subject_id
            and told_versions.office_code = counting.office_code
            and told_versions.version_no = counting.version_no
    {% for organ in shape.organ_regions -%}
    left join organisations as {{ organ }}_organ on told_versions.{{ organ }} = {{ organ }}_organ.org_code
    {% endfor %}
)

select * from final
{% endmacro %}

{#- The subjects of plain ledgers that news reached, for int_touched. -#}
{% macro reached_plain_subjects() %}
{%- for ledger in plain_ledgers() %}
union all
select
    '{{ ledger }}' as subject_kind_code,
    subject_id
from ({{ reached_subjects(ledger, by_rule=true) }}) as reached
{%- endfor %}
{% endmacro %}

{#- The rows in force of plain ledgers, for mart_subject_rows: of themselves, and of what they are joined to. -#}
{% macro plain_subject_rows() %}
{%- for ledger in plain_ledgers() %}
union all
select
    subject_id,
    '{{ ledger }}' as ledger,
    told_by_office_code,
    delivery_sequence,
    sheet_no,
    row_no
from {{ ref('fct_' ~ ledger) }}
where in_force_flag
{%- endfor %}
{%- for fact, shape in joined_facts().items() if shape.own %}
union all
select
    {{ shape.key }} as subject_id,
    '{{ shape.ledger }}' as ledger,
    told_by_office_code,
    delivery_sequence,
    sheet_no,
    row_no
from {{ ref(fact) }}
where in_force_flag and {{ shape.key }} is not null
{%- endfor %}
{%- for fact, shape in joined_facts().items() if not shape.own %}
union all
select
    petitions.registration_id as subject_id,
    '{{ shape.ledger }}' as ledger,
    joined.told_by_office_code,
    joined.delivery_sequence,
    joined.sheet_no,
    joined.row_no
from {{ ref(fact) }} as joined
inner join {{ ref('fct_petitions') }} as petitions on joined.matter_id = petitions.matter_id
{% if fact != 'fct_cases' %}where joined.in_force_flag{% endif %}
{%- endfor %}
{% endmacro %}

{#-
  Keeps the touched subjects' rows of a plain ledger's fact as the last build had them, before the fact is made
  again: hooks of the fact, so that a ledger is one node and not two. A build that starts anew keeps none, but
  their table: later builds pass over the fact while nothing is told of its ledger.
-#}
{% macro keep_before(ledger) -%}
{%- if execute and goes_on() -%}
{%- set kept = plain_before(this) -%}
{%- call statement('forget') -%}drop table if exists {{ kept }}{%- endcall -%}
{%- call statement('keep') -%}create table {{ kept }} as {{ fact_before('fct_' ~ ledger) }}{%- endcall -%}
{%- endif -%}
{%- endmacro %}

{% macro keep_none_before() -%}
{%- if execute and not goes_on() -%}
{%- set kept = plain_before(this) -%}
{%- call statement('forget') -%}drop table if exists {{ kept }}{%- endcall -%}
create table {{ kept }} as select * from {{ this }} where 1 = 0
{%- endif -%}
{%- endmacro %}

{#- Where keep_before keeps the rows of a fact, named by its relation. -#}
{% macro plain_before(fact) -%}
{%- set name = fact.identifier | replace('fct_', 'int_') ~ '_before' -%}
{{ return(fact.incorporate(path={'schema': 'intermediate', 'identifier': name})) }}
{%- endmacro %}

{#-
  The facts of plain ledgers that this build passes over: nothing was told that could make them say anything else
  (raw.told_now). What they said before is what they say.
-#}
{% macro passed_over_facts() -%}
{%- if not execute or not goes_on() or adapter.get_relation(target.database, 'raw', 'told_now') is none -%}
{{ return([]) }}
{%- endif -%}
{%- set told_now = run_query('select ledger from raw.told_now').columns[0].values() | list -%}
{{ return(plain_ledgers().keys() | reject('in', told_now) | map('replace', '', 'fct_', 1) | list) }}
{%- endmacro %}
