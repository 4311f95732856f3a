-- Registers of which any handling event is in force, and whether that changed since the last build.
with versions as (
    select * from {{ ref('int_handling_events_versions') }}
),

told as (
    select
        register_org_code,
        max(case when valid_to_sequence is null then 1 else 0 end) as now_told,
        max(
            case
                when
                    valid_from_sequence <= {{ built_known_to() }}
                    and coalesce(valid_to_sequence > {{ built_known_to() }}, true) then 1
                else 0
            end
        ) as then_told
    from versions
    group by register_org_code
),

final as (
    select
        register_org_code,
        now_told = 1 as told_flag,
        now_told <> then_told as changed_flag
    from told
)

select * from final
