-- Sums of every indicator by month, region, organ, declared cut and reason of exclusion.
-- Larger periods and regions are sums of these cells; a rate is divided from sums, never averaged.
with indicator_rows as (
    select * from {{ ref('int_indicator_rows') }}
),

declared as (
    select
        indicator_code,
        variant,
        ',' || cuts || ',' as cuts
    from {{ ref('dim_indicator') }}
),

subject_cuts as (
    select
        registration_id as subject_id,
        'channel_code' as cut_code,
        channel_code as cut_value
    from {{ ref('fct_petitions') }}
    union all
    select
        registration_id as subject_id,
        'register_level_code' as cut_code,
        register_level_code as cut_value
    from {{ ref('fct_petitions') }}
    union all
    select
        case_id as subject_id,
        'batch_no' as cut_code,
        batch_no as cut_value
    from {{ ref('fct_cases') }}
),

cut_rows as (
    select
        indicator_rows.*,
        'all' as cut_code,
        'all' as cut_value
    from indicator_rows
    union all
    select
        indicator_rows.*,
        subject_cuts.cut_code,
        coalesce(subject_cuts.cut_value, 'unknown') as cut_value
    from indicator_rows
    inner join declared
        on
            indicator_rows.indicator_code = declared.indicator_code
            and indicator_rows.variant = declared.variant
    inner join subject_cuts
        on
            indicator_rows.subject_id = subject_cuts.subject_id
            and declared.cuts like '%,' || subject_cuts.cut_code || ',%'
),

final as (
    select
        indicator_code,
        variant,
        {{ month_start('cohort_date') }} as month_start_date,
        coalesce(region_code, 'unknown') as region_code,
        coalesce(org_code, 'unknown') as org_code,
        cut_code,
        cut_value,
        coalesce(excluded_because, '') as excluded_because,
        cast(sum(num) as decimal(18, 4)) as num,
        cast(sum(den) as decimal(18, 4)) as den,
        cast(count(*) as bigint) as subject_count
    from cut_rows
    group by
        indicator_code, variant, {{ month_start('cohort_date') }}, coalesce(region_code, 'unknown'),
        coalesce(org_code, 'unknown'), cut_code, cut_value, coalesce(excluded_because, '')
)

select * from final
