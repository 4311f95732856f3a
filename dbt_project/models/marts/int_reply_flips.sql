{{ config(materialized='view') }}
-- Of each opinion whose term has ended: was one told, and in time, as its office had told when the term had
-- ended (at the first delivery of handling events after it), and is one told, and in time, now. What was told
-- then and now, and in time at one of them alone, was turned; what was not told then is late in being told,
-- whichever it is.
with opinions as (
    select
        registration_id,
        office_code,
        cast(event_at as date) as opinion_date,
        valid_from_sequence,
        valid_to_sequence
    from {{ ref('int_office_steps') }}
    where event_type_code = 'opinion_issued'
),

petitions as (
    select
        registration_id,
        reply_due_date
    from {{ ref('fct_petitions') }}
    where reply_due_date >= {{ checked_from() }} and reply_due_date < {{ as_of_date() }}
),

deliveries as (
    select
        deliveries.office_code,
        deliveries.delivery_sequence,
        cast(deliveries.recorded_at as date) as recorded_date
    from {{ ref('int_standing_deliveries') }} as deliveries
    inner join {{ ref('stg_delivery_ledgers') }} as ledgers on deliveries.delivery_sequence = ledgers.delivery_sequence
    where ledgers.ledger = 'handling_events' and not deliveries.historic_flag
),

told as (
    select
        opinions.*,
        petitions.reply_due_date
    from opinions
    inner join petitions on opinions.registration_id = petitions.registration_id
),

terms as (
    select distinct
        office_code,
        reply_due_date
    from told
),

looks as (
    select
        terms.office_code,
        terms.reply_due_date,
        min(deliveries.delivery_sequence) as looked_sequence
    from terms
    inner join deliveries
        on terms.office_code = deliveries.office_code and terms.reply_due_date < deliveries.recorded_date
    group by terms.office_code, terms.reply_due_date
),

final as (
    select
        told.registration_id,
        told.office_code as org_code,
        told.reply_due_date,
        max(
            case
                when
                    told.opinion_date <= told.reply_due_date
                    and told.valid_from_sequence <= looks.looked_sequence
                    and (told.valid_to_sequence is null or told.valid_to_sequence > looks.looked_sequence)
                    then 1
                else 0
            end
        ) = 1 as in_time_then_flag,
        max(
            case
                when
                    told.valid_from_sequence <= looks.looked_sequence
                    and (told.valid_to_sequence is null or told.valid_to_sequence > looks.looked_sequence)
                    then 1
                else 0
            end
        ) = 1 as told_then_flag,
        max(case when told.valid_to_sequence is null then 1 else 0 end) = 1 as told_now_flag,
        max(
            case when told.opinion_date <= told.reply_due_date and told.valid_to_sequence is null then 1 else 0 end
        ) = 1 as in_time_now_flag
    from told
    inner join looks on told.office_code = looks.office_code and told.reply_due_date = looks.reply_due_date
    group by told.registration_id, told.office_code, told.reply_due_date
)

select * from final
