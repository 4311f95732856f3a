-- Registers of which any handling event is in force, and whether that changed since the last build. An
-- event is in force while a delivery that told it stands; a register is looked up again only when a
-- delivery that told of it was withdrawn.
with deliveries as (
    select * from {{ ref('int_standing_deliveries') }}
),

withdrawn as (
    select withdrawn_sequence from {{ ref('int_withdrawn_deliveries') }}
    where effective_sequence > {{ built_known_to() }}
),

then_told as (
    {% if goes_on() -%}
    select register_org_code from {{ this }}
    where told_flag
    {%- else -%}
    select register_org_code from {{ ref('stg_handling_events') }}
    where 1 = 0
    {%- endif %}
),

doubtful as (
    select distinct events.register_org_code
    from {{ ref('stg_handling_events') }} as events
    inner join withdrawn on events.delivery_sequence = withdrawn.withdrawn_sequence
),

told as (
    select then_told.register_org_code
    from then_told
    {{ anti_join() }} doubtful on then_told.register_org_code = doubtful.register_org_code
    union
    select events.register_org_code
    from {{ ref('stg_handling_events') }} as events
    inner join deliveries on events.delivery_sequence = deliveries.delivery_sequence
    {% if goes_on() -%}
    where deliveries.delivery_sequence > {{ built_known_to() }}
    union
    select events.register_org_code
    from {{ ref('stg_handling_events') }} as events
    inner join doubtful on events.register_org_code = doubtful.register_org_code
    inner join deliveries on events.delivery_sequence = deliveries.delivery_sequence
    {%- endif %}
),

final as (
    select
        coalesce(told.register_org_code, then_told.register_org_code) as register_org_code,
        told.register_org_code is not null as told_flag,
        told.register_org_code is null or then_told.register_org_code is null as changed_flag
    from told
    full join then_told on told.register_org_code = then_told.register_org_code
)

select * from final
