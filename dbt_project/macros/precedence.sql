{#-
  Which sender's row counts where several tell the same thing: dated precedence, then a total order.
  Most things are told by one office: only the others are ranked. `condition`: which versions to read,
  as `only_touched` or `only_slice` says it.
-#}
{% macro by_precedence(versions, subject, register_org, condition='') %}
with versions as (
    select * from {{ versions }}
    where valid_to_sequence is null {{ condition }} {{ worked_out_once('and') }}
),

rules as (
    select * from {{ ref('ref_precedence_rule') }}
    where valid_from <= {{ as_of_date() }} and coalesce(valid_to, date '9999-12-31') >= {{ as_of_date() }}
),

related as (
    select
        versions.*,
        case
            when versions.office_code = versions.{{ register_org }} then 'own'
            when closure.descendant_code is not null then 'upper'
            else 'other'
        end as relation_code
    from versions
    left join {{ ref('dim_organisation') }} as register on versions.{{ register_org }} = register.org_code
    left join {{ ref('dim_organisation') }} as sender on versions.office_code = sender.org_code
    left join {{ ref('dim_region_closure') }} as closure
        on
            sender.region_code = closure.ancestor_code
            and register.region_code = closure.descendant_code
            and closure.distance > 0
),

told_by_several as (
    select {{ subject | join(', ') }}
    from versions
    group by {{ subject | join(', ') }}
    having count(*) > 1
),

ranked as (
    select
        related.*,
        row_number() over (
            partition by {% for c in subject %}related.{{ c }}{{ ', ' if not loop.last }}{% endfor %}
            order by rules.precedence nulls last, related.office_code
        ) as telling_rank
    from related
    inner join told_by_several on {{ same('related', 'told_by_several', subject) }}
    left join rules on related.relation_code = rules.relation_code
),

final as (
    select
        related.*,
        cast(1 as bigint) as telling_rank
    from related
    {{ anti_join() }} told_by_several on {{ same('related', 'told_by_several', subject) }}
    union all
    select * from ranked
    where telling_rank = 1
)

select * from final
{% endmacro %}
