{{ config(materialized='view') }}
-- Each registration with when its steps happened and the last days of its terms. The rules are those in
-- force on the day of registration; where a home has rules for some registrations only, the most special
-- one counts. Registrations and steps meet here and nowhere else: no other join is as large.
-- A slice for the fact: see only_slice.
-- depends_on: {{ ref('dim_organisation') }}, {{ ref('dim_region_closure') }}, {{ ref('dim_deadline_rule') }}
with registrations as (
    select * from {{ ref('int_petition_register_in_force') }}
),

milestones as (
    select * from {{ ref('int_petition_milestones') }}
),

rules_by_day as (
    select * from {{ ref('int_deadline_rules_by_day') }}
),

days as (
    select * from {{ ref('int_deadline_days') }}
),

steps as (
    select
        registrations.*,
        milestones.forwarded_at,
        milestones.filed_at,
        milestones.unit_received_at,
        milestones.receiving_org_code,
        milestones.unit_noticed_at,
        milestones.objection_consented_at,
        milestones.accepted_at,
        milestones.accepting_org_code,
        coalesce(milestones.short_flag, false) as short_flag,
        milestones.extended_at,
        milestones.extended_due_at,
        milestones.opinion_issued_at,
        milestones.opinion_served_at,
        milestones.closed_at as closing_event_at
    from registrations
    left join milestones on registrations.registration_id = milestones.registration_id
),
{% if special_deadlines() %}
organisations as (
    select * from {{ ref('dim_organisation') }}
),

closure as (
    select * from {{ ref('dim_region_closure') }}
),

special_rules as (
    select * from {{ ref('dim_deadline_rule') }}
    where valid_from is not null and special_rank > 0 and clock_code <> 'tier_forward'
),

scopes as (
    select distinct
        cast(steps.registered_at as date) as registered_date,
        steps.register_org_code,
        organisations.region_code,
        organisations.level_code,
        coalesce(steps.category_code, '') as category_code,
        coalesce(steps.statutory_path, 0) as statutory_path,
        steps.short_flag
    from steps
    left join organisations on steps.register_org_code = organisations.org_code
),

fitting as (
    select
        scopes.*,
        special_rules.clock_code,
        special_rules.span_no,
        row_number() over (
            partition by
                scopes.registered_date, scopes.register_org_code, scopes.category_code, scopes.statutory_path,
                scopes.short_flag, special_rules.clock_code
            order by
                special_rules.special_rank desc, closure.distance nulls last, special_rules.procedure_code nulls last,
                special_rules.valid_from desc, special_rules.rule_code
        ) as rule_rank
    from scopes
    inner join special_rules
        on
            scopes.registered_date between special_rules.valid_from and special_rules.valid_to
            and coalesce(special_rules.org_code, scopes.register_org_code) = scopes.register_org_code
            and coalesce(special_rules.category_code, scopes.category_code) = scopes.category_code
            and coalesce(special_rules.level_code, scopes.level_code, '') = coalesce(scopes.level_code, '')
            and coalesce(special_rules.statutory_path, scopes.statutory_path) = scopes.statutory_path
            and (special_rules.procedure_code is null or scopes.short_flag)
    left join closure
        on special_rules.region_code = closure.ancestor_code and scopes.region_code = closure.descendant_code
    where special_rules.region_code is null or closure.ancestor_code is not null
),

special as (
    select
        registered_date,
        register_org_code,
        category_code,
        statutory_path,
        short_flag,
        {% for clock, name in clock_spans().items() -%}
        max(case when clock_code = '{{ clock }}' then span_no end) as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from fitting
    where rule_rank = 1
    group by registered_date, register_org_code, category_code, statutory_path, short_flag
),
{% endif %}
ruled as (
    select
        steps.*,
        rules_by_day.regime_code,
        {% for name in clock_spans().values() -%}
        {% if special_deadlines() %}coalesce(special.{{ name }}, rules_by_day.{{ name }}){% else %}rules_by_day.{{ name }}{% endif %} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from steps
    left join rules_by_day
        on cast(steps.registered_at as date) = rules_by_day.registered_date and steps.short_flag = rules_by_day.short_flag
    {% if special_deadlines() -%}
    left join special
        on
            cast(steps.registered_at as date) = special.registered_date
            and steps.register_org_code = special.register_org_code
            and coalesce(steps.category_code, '') = special.category_code
            and coalesce(steps.statutory_path, 0) = special.statutory_path
            and steps.short_flag = special.short_flag
    {%- endif %}
),

due as (
    select
        ruled.*,
        office_due.due_date as office_due_date,
        unit_due.due_date as unit_due_date,
        reply_due.due_date as reply_due_date
    from ruled
    left join days as office_due
        on cast(ruled.registered_at as date) = office_due.start_date and ruled.office_span_no = office_due.span_no
    left join days as unit_due
        on cast(ruled.unit_received_at as date) = unit_due.start_date and ruled.unit_span_no = unit_due.span_no
    left join days as reply_due
        on cast(ruled.accepted_at as date) = reply_due.start_date and ruled.reply_span_no = reply_due.span_no
),

final as (
    select
        due.*,
        extension_limit.due_date as extension_limit_date
    from due
    left join days as extension_limit
        on due.reply_due_date = extension_limit.start_date and due.extension_span_no = extension_limit.span_no
)

select * from final
