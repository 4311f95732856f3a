-- Counted as first told, and told as not counted after the reply had fallen due (C05): what leaves the denominator then
-- leaves it late. Loads of history are left out: when their office first knew is not known.
with versions as (
    select
        office_code,
        registration_id,
        valid_from_sequence,
        valid_to_sequence,
        version_no,
        counted_flag,
        lag(counted_flag) over (partition by office_code, registration_id order by version_no) as counted_before_flag
    from {{ ref('int_petition_register_retold') }}
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
    where not historic_flag
),

petitions as (
    select * from {{ ref('fct_petitions') }}
),

found as (
    select
        versions.office_code as org_code,
        petitions.reply_due_date as asked_date,
        versions.registration_id || '|' || cast(versions.version_no as string) as subject_id,
        '应于 ' || cast(petitions.reply_due_date as string) || ' 前答复，到 '
        || cast(cast(deliveries.recorded_at as date) as string) || ' 报来不再纳入统计，请说明依据和决定的日期。' as text_zh
    from versions
    inner join petitions on versions.registration_id = petitions.registration_id
    inner join deliveries on versions.valid_from_sequence = deliveries.delivery_sequence
    where
        versions.counted_before_flag
        and not versions.counted_flag
        and versions.valid_to_sequence is null
        and petitions.reply_due_date >= {{ checked_from() }}
        and cast(deliveries.recorded_at as date) > petitions.reply_due_date
)

{{ asked('C05', 'petition_register') }}
