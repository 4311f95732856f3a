{#-
  Versions of a ledger's rows, one office at a time.
  A row told again unchanged makes no version. In a snapshot ledger a row that the office's next
  telling of the same scope leaves out is withdrawn at that telling.
  `relation`: a staging model; `key`: the columns of the row's identity; `told`: the content.
  Result: the row as last told in each version, with
    valid_from_sequence (first delivery that told it), valid_to_sequence (delivery from which it no
    longer holds; null while in force), version_no.
-#}
{% macro ledger_versions(relation, ledger, key, told, scope=none) %}
{%- set identity = ['office_code'] + key -%}
with tellings as (
    select
        *,
        md5(concat_ws('|', {% for c in told %}coalesce(cast({{ c }} as varchar), '~'){{ ', ' if not loop.last }}{% endfor %})) as row_hash
    from {{ relation }}
),

{% if scope -%}
scope_tellings as (
    select distinct scopes.scope, deliveries.office_code, deliveries.delivery_sequence
    from {{ ref('stg_delivery_scopes') }} as scopes
    inner join {{ ref('stg_deliveries') }} as deliveries
        on scopes.delivery_sequence = deliveries.delivery_sequence
    where scopes.ledger = '{{ ledger }}'
),

scope_order as (
    select
        *,
        lead(delivery_sequence) over (
            partition by office_code, scope order by delivery_sequence
        ) as next_sequence
    from scope_tellings
),

ordered as (
    select
        tellings.*,
        lead(tellings.delivery_sequence) over (
            partition by {% for c in identity %}tellings.{{ c }}{{ ', ' if not loop.last }}{% endfor %}
            order by tellings.delivery_sequence
        ) as next_telling_sequence,
        scope_order.next_sequence as next_scope_sequence
    from tellings
    inner join scope_order
        on
            tellings.office_code = scope_order.office_code
            and tellings.{{ scope }} = scope_order.scope
            and tellings.delivery_sequence = scope_order.delivery_sequence
),
{%- else -%}
ordered as (
    select
        *,
        lead(delivery_sequence) over (
            partition by {{ identity | join(', ') }} order by delivery_sequence
        ) as next_telling_sequence,
        cast(null as bigint) as next_scope_sequence
    from tellings
),
{%- endif %}

withdrawn as (
    select
        *,
        case
            when
                next_scope_sequence is not null
                and (next_telling_sequence is null or next_scope_sequence < next_telling_sequence)
                then next_scope_sequence
        end as withdrawn_sequence
    from ordered
),

starts as (
    select
        *,
        case
            when
                lag(row_hash) over (partition by {{ identity | join(', ') }} order by delivery_sequence) = row_hash
                and lag(withdrawn_sequence) over (
                    partition by {{ identity | join(', ') }} order by delivery_sequence
                ) is null
                then 0
            else 1
        end as is_start
    from withdrawn
),

numbered as (
    select
        *,
        cast(sum(is_start) over (
            partition by {{ identity | join(', ') }} order by delivery_sequence
            rows between unbounded preceding and current row
        ) as bigint) as version_no
    from starts
),

placed as (
    select
        *,
        min(delivery_sequence) over (
            partition by {{ identity | join(', ') }}, version_no
        ) as valid_from_sequence,
        row_number() over (
            partition by {{ identity | join(', ') }}, version_no order by delivery_sequence desc
        ) as telling_rank
    from numbered
),

final as (
    select
        office_code,
        {% for c in key + told %}{{ c }},
        {% endfor -%}
        delivery_sequence,
        sheet_no,
        row_no,
        version_no,
        valid_from_sequence,
        coalesce(withdrawn_sequence, next_telling_sequence) as valid_to_sequence
    from placed
    where telling_rank = 1
)

select * from final
{% endmacro %}

{#- A registration's identity: the register's code and its own number. -#}
{% macro registration_id(prefix='') -%}
{{ prefix }}register_org_code || '|' || {{ prefix }}item_no
{%- endmacro %}
