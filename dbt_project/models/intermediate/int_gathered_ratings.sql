{{ config(materialized='view') }}
-- The ratings beside which there are many of other registrations, of one office, one day and one contact. Contacts are
-- compared for equality and nothing else: whose one is, and what else came from it, is asked nowhere.
with evaluations as (
    select * from {{ ref('stg_evaluations') }}
    where cast(evaluated_at as date) >= {{ checked_from() }}
),

deliveries as (
    select delivery_sequence from {{ ref('int_standing_deliveries') }}
),

counted as (
    select evaluations.*
    from evaluations
    inner join deliveries on evaluations.delivery_sequence = deliveries.delivery_sequence
),

final as (
    select
        evaluations.registration_id,
        evaluations.target_code,
        evaluations.attempt_no
    from counted as evaluations
    inner join counted as others
        on
            evaluations.rater_contact_key = others.rater_contact_key
            and evaluations.office_code = others.office_code
            and cast(evaluations.evaluated_at as date) = cast(others.evaluated_at as date)
    group by evaluations.registration_id, evaluations.target_code, evaluations.attempt_no
    having count(distinct others.registration_id) >= {{ threshold('gathered_ratings') }}
)

select * from final
