-- Numbers that are missing (C02). An item number that ends in a day and a running number of five digits counts that
-- day's registrations; only an office that begins its days at 1 can be asked what became of those between.
with numbered as (
    select
        register_org_code as org_code,
        try_cast(
            substr(item_no, length(item_no) - 12, 4) || '-' || substr(item_no, length(item_no) - 8, 2) || '-'
            || substr(item_no, length(item_no) - 6, 2) as date
        ) as registered_date,
        substr(item_no, 1, length(item_no) - 5) as stem,
        try_cast(substr(item_no, length(item_no) - 4, 5) as integer) as serial_no
    from {{ ref('fct_petitions') }}
    where cast(registered_at as date) >= {{ checked_from() }} and length(item_no) > 13
),

days as (
    select
        org_code,
        registered_date,
        stem,
        min(serial_no) as first_no,
        max(serial_no) as last_no,
        cast(count(distinct serial_no) as bigint) as told_count
    from numbered
    where serial_no is not null and registered_date >= {{ checked_from() }} and registered_date <= {{ as_of_date() }}
    group by org_code, registered_date, stem
),

months as (
    select
        org_code,
        {{ month_start('registered_date') }} as asked_date,
        sum(case when first_no = 1 then 1 else 0 end) as begun_count,
        count(*) as day_count,
        cast(sum(last_no) as bigint) as numbered_count,
        cast(sum(last_no - told_count) as bigint) as missing_count
    from days
    group by org_code, {{ month_start('registered_date') }}
),

found as (
    select
        org_code,
        asked_date,
        'serials' as subject_id,
        numbered_count,
        missing_count,
        '当月编到的 ' || cast(numbered_count as string) || ' 个编号中缺 ' || cast(missing_count as string)
        || ' 个，请说明去向：作废的、没有报的、报了被隔离的。' as text_zh
    from months
    where missing_count > 0 and begun_count >= day_count * {{ threshold('numbered_daily_share') }}
)

{{ asked('C02', 'petition_register', n='numbered_count', statistic='missing_count') }}
