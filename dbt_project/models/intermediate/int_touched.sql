-- What was told, withdrawn or answered since the last finished build, by the subject that it reaches:
-- a registration, a batch with its cases, an assignment, a case. Empty when the build starts anew:
-- then everything is made. A rule or reference that changes starts a build anew, so it is not here.
{% if execute and not goes_on() -%}
select
    cast(null as string) as subject_kind_code,
    cast(null as string) as subject_id
where 1 = 0
{%- else -%}
with news as (
    select delivery_sequence from {{ ref('stg_deliveries') }}
    where delivery_sequence > {{ built_known_to() }}
    union
    select withdrawn_sequence as delivery_sequence from {{ ref('int_withdrawn_deliveries') }}
    where effective_sequence > {{ built_known_to() }}
),

answered_names as (
    select distinct
        mappings.role_code,
        mappings.stand_in
    from {{ ref('stg_name_mappings') }} as mappings
    inner join news on mappings.delivery_sequence = news.delivery_sequence
),

-- a dated precedence rule that begins or ends between the two instants may choose another office
turned_rules as (
    select distinct cast(1 as int) as turned from {{ ref('ref_precedence_rule') }}
    where
        (valid_from > cast({{ built_as_of() }} as date) and valid_from <= cast({{ as_of() }} as date))
        or (valid_to >= cast({{ built_as_of() }} as date) and valid_to < cast({{ as_of() }} as date))
),

registrations as (
    {{ reached_subjects('petition_register', by_rule=true) }}
    union
    {{ reached_subjects('handling_events') }}
    union
    {{ reached_subjects('evaluations', by_rule=true) }}
    {{ reached_by_links() }}
),

batches as (
    select scopes.scope as subject_id
    from {{ ref('stg_delivery_scopes') }} as scopes
    inner join news on scopes.delivery_sequence = news.delivery_sequence
    where scopes.ledger = 'backlog_cases'
    union
    {{ reached_subjects('backlog_batches', by_rule=true) }}
    union
    {{ reached_subjects('backlog_cases') }}
),

reached_assignments as (
    {{ reached_subjects('leader_assignments') }}
),

-- every telling of a touched assignment: the case that it was moved away from is reached too
assignments as (
    select distinct
        told.assignment_no,
        told.case_id,
        told.office_code || '|' || told.assignment_no as assignment_id
    from {{ ref('stg_leader_assignments') }} as told
    inner join reached_assignments on told.assignment_no = reached_assignments.subject_id
),

-- what offices owe: a return moves with a delivery, when that comes under as_of, and when its period is over
returns as (
    select {{ expected_return_id('rules.cadence_code', 'rules.ledger', 'rules.org_code') }} as subject_id
    from {{ ref('stg_delivery_ledgers') }} as ledgers
    inner join {{ ref('stg_deliveries') }} as deliveries on ledgers.delivery_sequence = deliveries.delivery_sequence
    inner join {{ source('raw', 'ref_expected_returns') }} as rules
        on ledgers.ledger = rules.ledger and deliveries.office_code = rules.org_code
    where
        deliveries.delivery_sequence in (select news.delivery_sequence from news)
        or (deliveries.recorded_at > {{ built_as_of() }} and deliveries.recorded_at <= {{ as_of() }})
    union
    select {{ expected_return_id('rules.cadence_code', 'rules.ledger', 'rules.org_code') }} as subject_id
    from {{ source('raw', 'ref_expected_returns') }} as rules
    inner join {{ ref('int_return_periods') }} as periods on rules.cadence_code = periods.cadence_code
    where
        periods.period_end_date > cast({{ built_as_of() }} as date)
        and periods.period_end_date <= cast({{ as_of() }} as date)
),

final as (
    select
        'registration' as subject_kind_code,
        subject_id
    from registrations
    union all
    select
        'batch' as subject_kind_code,
        subject_id
    from batches
    union
    select
        'assignment' as subject_kind_code,
        assignment_no as subject_id
    from assignments
    union
    select
        'assignment_of_office' as subject_kind_code,
        assignment_id as subject_id
    from assignments
    union
    select
        'case' as subject_kind_code,
        case_id as subject_id
    from assignments
    union all
    select
        'return' as subject_kind_code,
        subject_id
    from returns
    {{ reached_plain_subjects() }}
)

select * from final
{%- endif %}
