{{ config(materialized='table') }}
-- What links registrations today: who hold the same link belong together. An office that says 解除 takes from
-- the one what it shares with the other.
with holds as (
    select * from {{ ref('int_link_holds') }}
),

decisions as (
    {{ link_decisions() }}
),

taken_out as (
    select
        holds.registration_id,
        holds.link_id
    from decisions
    inner join holds on decisions.registration_id = holds.registration_id
    inner join holds as others
        on decisions.other_registration_id = others.registration_id and holds.link_id = others.link_id
    where decisions.decision_code = 'unlinked'
),

standing as (
    select holds.*
    from holds
    {{ anti_join() }} taken_out
        on holds.registration_id = taken_out.registration_id and holds.link_id = taken_out.link_id
),

still_shared as (
    select link_id from standing
    group by link_id
    having count(distinct registration_id) > 1
),

final as (
    select standing.*
    from standing
    inner join still_shared on standing.link_id = still_shared.link_id
)

select * from final
