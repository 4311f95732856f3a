{{ config(materialized='table') }}
-- Two levels of the same cases, a month: what the upper tells, what the lower tells, and the parts of the difference.
-- Counts are explained, never balanced: only what is unexplained is asked about.
{% set parts = ['coverage', 'timing', 'duplicates', 'attribution', 'classification', 'unexplained'] %}
with cases as (
    select * from {{ ref('int_reconciled_registers') }}
    union all
    select * from {{ ref('int_reconciled_transfers') }}
),

counted as (
    select
        basis_code,
        upper_org_code,
        lower_org_code,
        month_start_date,
        cast(sum(upper_count) as bigint) as upper_count,
        cast(sum(lower_count) as bigint) as lower_count,
        {% for part in parts -%}
        cast(sum(case when part_code = '{{ part }}' then upper_count - lower_count else 0 end) as bigint)
            as {{ part }}_count,
        {% endfor -%}
        cast(sum(case when part_code = 'unexplained' then 1 else 0 end) as bigint) as unexplained_case_count,
        cast(sum(case when part_code <> 'agreed' then 1 else 0 end) as bigint) as differing_case_count
    from cases
    group by basis_code, upper_org_code, lower_org_code, month_start_date
),

final as (
    select
        basis_code,
        upper_org_code,
        lower_org_code,
        month_start_date,
        upper_count,
        lower_count,
        upper_count - lower_count as difference_count,
        {% for part in parts -%}
        {{ part }}_count,
        {% endfor -%}
        unexplained_case_count,
        differing_case_count,
        case
            when unexplained_case_count > 0 then 'unexplained'
            when differing_case_count > 0 then 'explained'
            else 'agreed'
        end as state_code
    from counted
)

select * from final
