-- The share of an organ's registrations of a month whose responsible unit is not in the name list.
with petitions as (
    select
        register_org_code as org_code,
        {{ month_start('registered_at') }} as month_start_date,
        case when responsible_region_code is null then 1 else 0 end as unmapped
    from {{ ref('fct_petitions') }}
),

shares as (
    select
        org_code,
        month_start_date,
        cast(count(*) as bigint) as n,
        cast(sum(unmapped) as bigint) as unmapped_count
    from petitions
    group by org_code, month_start_date
),

final as (
    select
        'D03' as check_code,
        'petition_register' as ledger,
        org_code,
        month_start_date,
        org_code as subject_id,
        n,
        {{ rate('unmapped_count', 'n') }} as statistic,
        cast(null as double) as p_value,
        cast(n as string) || ' 件登记中有 ' || cast(unmapped_count as string)
        || ' 件的责任单位不在机构名录，请补充对照。' as text_zh
    from shares
    where unmapped_count > 0
)

select * from final
