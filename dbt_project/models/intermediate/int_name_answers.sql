-- What an unmapped name of an office's rows means, by the mapping ledger: as last told by the nearest
-- of the offices at or above it that answered. Rows told before the answer are read by it too.
with mappings as (
    select * from {{ ref('stg_name_mappings') }}
),

withdrawals as (
    select * from {{ ref('int_withdrawn_deliveries') }}
),

closure as (
    select * from {{ ref('dim_region_closure') }}
),

organisations as (
    select * from {{ ref('dim_organisation') }}
),

senders as (
    select distinct
        deliveries.office_code,
        organisations.region_code
    from {{ ref('stg_deliveries') }} as deliveries
    inner join organisations on deliveries.office_code = organisations.org_code
),

last_told as (
    select
        mappings.*,
        row_number() over (
            partition by mappings.office_code, mappings.role_code, mappings.stand_in, mappings.valid_from
            order by mappings.delivery_sequence desc
        ) as recency_rank
    from mappings
    left join withdrawals on mappings.delivery_sequence = withdrawals.withdrawn_sequence
    where withdrawals.withdrawn_sequence is null
),

standing as (
    select
        *,
        lead(valid_from) over (partition by office_code, role_code, stand_in order by valid_from) as next_from
    from last_told
    where recency_rank = 1
),

reached as (
    select
        standing.role_code,
        standing.stand_in,
        standing.code,
        standing.valid_from,
        case
            when standing.next_from <= standing.valid_to then {{ add_days('standing.next_from', -1) }}
            else standing.valid_to
        end as valid_to,
        standing.office_code as answered_by_office_code,
        senders.office_code,
        row_number() over (
            partition by standing.role_code, standing.stand_in, standing.valid_from, senders.office_code
            order by
                case when standing.office_code = senders.office_code then -1 else closure.distance end nulls last,
                standing.office_code
        ) as nearness_rank,
        min(case when standing.office_code = senders.office_code then -1 else closure.distance end) over (
            partition by standing.role_code, standing.stand_in, senders.office_code
        ) as nearest_distance,
        case when standing.office_code = senders.office_code then -1 else closure.distance end as distance
    from standing
    inner join organisations on standing.office_code = organisations.org_code
    inner join closure on organisations.region_code = closure.ancestor_code
    inner join senders on closure.descendant_code = senders.region_code
),

-- one office answers for a name: two of the same distance would overlap in time
one_answerer as (
    select
        *,
        min(answered_by_office_code) over (
            partition by role_code, stand_in, office_code
        ) as first_office_code
    from reached
    where distance = nearest_distance
),

final as (
    select
        role_code,
        stand_in,
        office_code,
        code,
        valid_from,
        valid_to,
        row_number() over (partition by role_code, stand_in, office_code order by valid_from desc) = 1 as last_flag
    from one_answerer
    where answered_by_office_code = first_office_code
)

select * from final
