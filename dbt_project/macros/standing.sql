{#-
  The events of an upsert or append ledger: each telling, and at the withdrawal of a delivery, for
  each row that it told, the last telling that then still stood. gone_sequence: the next withdrawal
  after which none stood.
-#}
{% macro standing_rows(identity) %}
lost as (
    select distinct
        {% for c in identity %}hashed.{{ c }},
        {% endfor -%}
        withdrawals.effective_sequence
    from hashed
    inner join {{ ref('int_withdrawn_deliveries') }} as withdrawals
        on hashed.delivery_sequence = withdrawals.withdrawn_sequence
),

standing as (
    select
        {% for c in identity %}lost.{{ c }},
        {% endfor -%}
        lost.effective_sequence,
        max(case when withdrawals.withdrawn_sequence is null then hashed.delivery_sequence end) as source_sequence
    from lost
    inner join hashed
        on {{ same('lost', 'hashed', identity) }}
            and lost.effective_sequence >= hashed.delivery_sequence
    left join {{ ref('int_withdrawn_deliveries') }} as withdrawals
        on
            hashed.delivery_sequence = withdrawals.withdrawn_sequence
            and lost.effective_sequence >= withdrawals.effective_sequence
    group by {% for c in identity %}lost.{{ c }}, {% endfor %}lost.effective_sequence
),

told_rows as (
    select
        hashed.*,
        hashed.delivery_sequence as told_sequence
    from hashed
    left join lost
        on {{ same('hashed', 'lost', identity) }}
            and hashed.delivery_sequence = lost.effective_sequence
    where lost.effective_sequence is null
    union all
    select
        hashed.*,
        standing.effective_sequence as told_sequence
    from standing
    inner join hashed
        on {{ same('standing', 'hashed', identity) }}
            and standing.source_sequence = hashed.delivery_sequence
),

gone as (
    select
        {% for c in identity %}told_rows.{{ c }},
        {% endfor -%}
        told_rows.told_sequence,
        min(standing.effective_sequence) as gone_sequence
    from told_rows
    inner join standing
        on {{ same('told_rows', 'standing', identity) }}
            and told_rows.told_sequence < standing.effective_sequence
    where standing.source_sequence is null
    group by {% for c in identity %}told_rows.{{ c }}, {% endfor %}told_rows.told_sequence
),

events as (
    select
        told_rows.*,
        gone.gone_sequence
    from told_rows
    left join gone
        on {{ same('told_rows', 'gone', identity) }}
            and told_rows.told_sequence = gone.told_sequence
),
{% endmacro %}

{#-
  The events of a snapshot ledger: the rows of each telling of a scope, and at the withdrawal of a
  delivery the rows of the telling of its scopes that then still stood, or nothing.
  gone_sequence: the next telling of the scope.
-#}
{% macro standing_scopes(ledger, scope, identity) %}
scope_tellings as (
    select distinct
        scopes.scope,
        deliveries.office_code,
        deliveries.delivery_sequence
    from {{ ref('stg_delivery_scopes') }} as scopes
    inner join {{ ref('stg_deliveries') }} as deliveries
        on scopes.delivery_sequence = deliveries.delivery_sequence
    where scopes.ledger = '{{ ledger }}'
),

lost as (
    select distinct
        scope_tellings.scope,
        scope_tellings.office_code,
        withdrawals.effective_sequence
    from scope_tellings
    inner join {{ ref('int_withdrawn_deliveries') }} as withdrawals
        on scope_tellings.delivery_sequence = withdrawals.withdrawn_sequence
),

standing as (
    select
        lost.scope,
        lost.office_code,
        lost.effective_sequence,
        max(case when withdrawals.withdrawn_sequence is null then scope_tellings.delivery_sequence end) as source_sequence
    from lost
    inner join scope_tellings
        on
            lost.scope = scope_tellings.scope
            and lost.office_code = scope_tellings.office_code
            and lost.effective_sequence >= scope_tellings.delivery_sequence
    left join {{ ref('int_withdrawn_deliveries') }} as withdrawals
        on
            scope_tellings.delivery_sequence = withdrawals.withdrawn_sequence
            and lost.effective_sequence >= withdrawals.effective_sequence
    group by lost.scope, lost.office_code, lost.effective_sequence
),

scope_events as (
    select
        scope_tellings.scope,
        scope_tellings.office_code,
        scope_tellings.delivery_sequence as told_sequence,
        scope_tellings.delivery_sequence as source_sequence
    from scope_tellings
    left join lost
        on
            scope_tellings.scope = lost.scope
            and scope_tellings.office_code = lost.office_code
            and scope_tellings.delivery_sequence = lost.effective_sequence
    where lost.effective_sequence is null
    union all
    select
        scope,
        office_code,
        effective_sequence as told_sequence,
        source_sequence
    from standing
),

scope_order as (
    select
        *,
        lead(told_sequence) over (partition by office_code, scope order by told_sequence) as gone_sequence
    from scope_events
),

events as (
    select
        hashed.*,
        scope_order.told_sequence,
        scope_order.gone_sequence
    from hashed
    inner join scope_order
        on
            hashed.office_code = scope_order.office_code
            and hashed.{{ scope }} = scope_order.scope
            and hashed.delivery_sequence = scope_order.source_sequence
),
{% endmacro %}
