-- A delivery that shrinks or doubles against what its office told before: held until the office tells
-- as much again (which says that it meant it) or as much as before it, takes it back, or the finding
-- is waived. A snapshot is compared with the last telling of its scope, and what is like the telling
-- before that one is a return to it; its months since the first are held.
-- A ledger told by key never shrinks what stands: it is compared with the largest delivery before, and
-- the month that was told is held. Events swell by themselves, historic loads by intent: not compared.
with deliveries as (
    select * from {{ ref('int_standing_deliveries') }}
    where not historic_flag
),

ledgers as (
    select * from {{ ref('stg_delivery_ledgers') }}
),

scopes as (
    select * from {{ ref('stg_delivery_scopes') }}
),

scope_tellings as (
    select
        deliveries.office_code,
        scopes.ledger,
        scopes.scope,
        deliveries.delivery_sequence,
        scopes.loaded_count,
        {{ month_start('deliveries.recorded_at') }} as told_month_date,
        lag(scopes.loaded_count) over scope_order as before_count,
        lag(scopes.loaded_count, 2) over scope_order as earlier_count,
        first_value({{ month_start('deliveries.recorded_at') }}) over scope_order as first_month_date,
        lead(deliveries.delivery_sequence) over scope_order as next_sequence
    from scopes
    inner join deliveries on scopes.delivery_sequence = deliveries.delivery_sequence
    window scope_order as (
        partition by deliveries.office_code, scopes.ledger, scopes.scope order by deliveries.delivery_sequence
    )
),

row_tellings as (
    select
        deliveries.office_code,
        ledgers.ledger,
        deliveries.delivery_sequence,
        ledgers.loaded_count,
        {{ month_start('ledgers.last_date') }} as told_month_date,
        max(ledgers.loaded_count) over (
            partition by deliveries.office_code, ledgers.ledger
            order by deliveries.delivery_sequence rows between unbounded preceding and 1 preceding
        ) as before_count,
        lead(deliveries.delivery_sequence) over (
            partition by deliveries.office_code, ledgers.ledger, {{ month_start('ledgers.last_date') }}
            order by deliveries.delivery_sequence
        ) as next_sequence
    from ledgers
    inner join deliveries on ledgers.delivery_sequence = deliveries.delivery_sequence
    where ledgers.told_code = 'upsert' and ledgers.loaded_count > 0
),

compared as (
    select
        office_code,
        ledger,
        delivery_sequence,
        loaded_count,
        before_count,
        coalesce(
            loaded_count >= earlier_count * {{ threshold('hold_shrunk_below') }}
            and loaded_count <= earlier_count * {{ threshold('hold_doubled_above') }}, false
        ) as returned_flag,
        first_month_date,
        {{ month_start(as_of_date()) }} as last_month_date,
        loaded_count < before_count * {{ threshold('hold_shrunk_below') }} as shrunk_flag
    from scope_tellings
    where next_sequence is null
    union all
    select
        office_code,
        ledger,
        delivery_sequence,
        loaded_count,
        before_count,
        false as returned_flag,
        told_month_date as first_month_date,
        told_month_date as last_month_date,
        false as shrunk_flag
    from row_tellings
    where next_sequence is null
),

odd as (
    select * from compared
    where
        not returned_flag
        and greatest(loaded_count, before_count) >= {{ threshold('size_compared_from') }}
        and (shrunk_flag or loaded_count > before_count * {{ threshold('hold_doubled_above') }})
),

months as (
    select calendar_date as month_start_date from {{ ref('int_calendar') }}
    where extract(day from calendar_date) = 1
),

final as (
    select
        'D04' as check_code,
        odd.ledger,
        odd.office_code as org_code,
        months.month_start_date,
        cast(odd.delivery_sequence as string) as subject_id,
        odd.loaded_count as n,
        cast(odd.loaded_count as double) / nullif(cast(odd.before_count as double), 0) as statistic,
        cast(null as double) as p_value,
        '第 ' || cast(odd.delivery_sequence as string) || ' 号报送 ' || cast(odd.loaded_count as string)
        || ' 行，此前为 ' || cast(odd.before_count as string) || ' 行，'
        || case when odd.shrunk_flag then '骤减' else '倍增' end
        || '；待该单位说明、撤回或再次报送确认后发布。' as text_zh
    from odd
    inner join months
        on odd.first_month_date <= months.month_start_date and odd.last_month_date >= months.month_start_date
)

select * from final
