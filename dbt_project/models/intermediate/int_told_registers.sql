-- Registers of which any handling event is in force, and whether that changed since the last build.
with milestones as (
    select * from {{ ref('int_petition_milestones') }}
),

told as (
    select distinct register_org_code from milestones
),

then_told as (
    {% if goes_on() -%}
    select register_org_code from {{ this }}
    where told_flag
    {%- else -%}
    select register_org_code from told
    where 1 = 0
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
