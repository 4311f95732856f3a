{#-
  What each ledger's rows are made of, for its versions: `subject`, `kind`: the column and the kind by
  which rows are touched; `key`: the columns of a row's identity; `told`: its content; `scope`: the
  column by which a snapshot replaces; `names`: the columns of names with their role, answered by the
  mapping ledger; `dated`: the day on which a name had its meaning (without a day it has the meaning
  that it was given last). Those of plain ledgers are written from their contracts (plain_ledgers).
-#}
{% macro told_ledger(ledger) %}
{%- set ledgers = {
    'petition_register': {
        'subject': 'registration_id', 'kind': 'registration', 'key': ['registration_id'],
        'told': ['item_no', 'register_org_code', 'registered_at', 'petition_date', 'channel_code',
            'purpose_code', 'category_code', 'problem_region_code', 'unit_org_code', 'person_count',
            'demand_count', 'first_flag', 'counted_flag', 'litigation_flag', 'statutory_path', 'matter_id',
            'national_item_no', 'province_item_no', 'city_item_no', 'county_item_no', 'repeat_of_item_no',
            'merged_into_item_no', 'joint_item_no', 'first_flag_nation', 'first_flag_channel', 'due_at',
            'replied_at', 'closed_at', 'closure_kind_code', 'declared_timeliness_code', 'person_key',
            'contact_key'],
        'names': {'category_code': 'category', 'problem_region_code': 'region', 'unit_org_code': 'organisation'},
        'dated': 'registered_at'
    },
    'handling_events': {
        'subject': 'registration_id', 'kind': 'registration', 'key': ['registration_id', 'event_seq'],
        'told': ['item_no', 'register_org_code', 'event_type_code', 'event_at', 'from_org_code',
            'to_org_code', 'new_due_at', 'demand_no', 'reply_text_key', 'operator_key'],
        'names': {'from_org_code': 'organisation', 'to_org_code': 'organisation'},
        'dated': 'event_at'
    },
    'evaluations': {
        'subject': 'registration_id', 'kind': 'registration', 'key': ['registration_id', 'target_code', 'attempt_no'],
        'told': ['item_no', 'register_org_code', 'entitled_flag', 'deadline_at', 'evaluated_at',
            'rating_code', 'evaluator_type_code', 'rater_contact_key'],
        'names': {},
        'dated': none
    },
    'backlog_batches': {
        'subject': 'batch_no', 'kind': 'batch', 'key': ['batch_no'],
        'told': ['issuing_org_code', 'issued_date', 'due_date', 'declared_case_count'],
        'names': {'issuing_org_code': 'organisation'},
        'dated': 'issued_date'
    },
    'backlog_cases': {
        'subject': 'batch_no', 'kind': 'batch', 'key': ['case_id'],
        'scope': 'batch_no',
        'told': ['batch_no', 'case_no', 'matter_id', 'category_code', 'place_region_code',
            'responsible_org_code', 'status_code', 'reported_date', 'audited_result_code', 'audited_date',
            'backflow_date', 'backflow_count', 'moved_out_date'],
        'names': {'category_code': 'category', 'place_region_code': 'region', 'responsible_org_code': 'organisation'},
        'dated': none
    },
    'leader_assignments': {
        'subject': 'assignment_no', 'kind': 'assignment', 'key': ['assignment_no'],
        'told': ['case_id', 'batch_no', 'case_no', 'leader_level_code', 'leader_office_no', 'lead_org_code', 'started_date',
            'due_date', 'ended_date', 'result_code', 'signed_off_date', 'verified_date'],
        'names': {'lead_org_code': 'organisation'},
        'dated': 'started_date'
    },
} -%}
{{ return(ledgers[ledger] if ledger in ledgers else plain_ledgers()[ledger]) }}
{% endmacro %}

{#- A registration's identity: the register's code and its own number. -#}
{% macro registration_id(prefix='') -%}
{{ prefix }}register_org_code || '|' || {{ prefix }}item_no
{%- endmacro %}
