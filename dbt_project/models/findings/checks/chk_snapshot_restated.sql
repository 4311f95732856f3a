-- A figure declared otherwise when the time to correct its month had passed (C34): it was read, and may be published,
-- as it stood. Loads of history are left out: when their office first knew is not known.
with versions as (
    select
        subject_id,
        version_no,
        known_from_at,
        declaring_org_code,
        figure_date,
        numerator_count,
        denominator_count,
        delivery_sequence,
        lag(numerator_count) over told_order as numerator_count_before,
        lag(denominator_count) over told_order as denominator_count_before
    from {{ ref('fct_declared_figures') }}
    window told_order as (partition by subject_id, told_by_office_code order by version_no)
),

deliveries as (
    select * from {{ ref('stg_deliveries') }}
    where not historic_flag
),

found as (
    select
        versions.declaring_org_code as org_code,
        versions.figure_date as asked_date,
        versions.subject_id || '|' || cast(versions.version_no as string) as subject_id,
        '申报的数过了补正期，' || cast(cast(versions.known_from_at as date) as string) || ' 由 '
        || coalesce(cast(versions.numerator_count_before as string), '未报') || '/'
        || coalesce(cast(versions.denominator_count_before as string), '未报') || ' 改为 '
        || coalesce(cast(versions.numerator_count as string), '未报') || '/'
        || coalesce(cast(versions.denominator_count as string), '未报') || '，请说明改的依据。' as text_zh
    from versions
    inner join deliveries on versions.delivery_sequence = deliveries.delivery_sequence
    where
        versions.version_no > 1
        and (
            versions.numerator_count is distinct from versions.numerator_count_before
            or versions.denominator_count is distinct from versions.denominator_count_before
        )
        and cast(versions.known_from_at as date) >= {{ correction_ended('versions.figure_date') }}
)

{{ asked('C34', 'declared_figures') }}
