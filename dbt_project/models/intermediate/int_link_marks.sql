{{ config(materialized='incremental', incremental_strategy='append') }}
-- By what registrations may be linked, as ever told: what a telling says stands from its delivery on and is
-- never taken back here. It tells which registrations news may reach; what links today is int_link_edges.
-- Linkage keys are marks like the others: compared for equality, in int_touched_subjects and int_person_pairs.
with told as (
    select * from {{ ref('stg_petition_register') }}
    {% if builds_on() %}where delivery_sequence > {{ built_known_to() }}{% endif %}
),

final as (
    {% for kind, value in link_marks().items() -%}
    select
        registration_id,
        '{{ kind }}' as mark_kind_code,
        {{ value }} as mark,
        delivery_sequence,
        sheet_no,
        row_no
    from told
    where {{ value }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor -%}
)

select * from final
