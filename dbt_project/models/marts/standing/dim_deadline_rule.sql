-- Terms as rules: how many days of which kind, of what, for whom, from when. A rule without a first day
-- is known and not in force. Of the rules that fit a registration the most special one counts.
with final as (
    select
        rule_code,
        regime_code,
        clock_code,
        cast(day_count as int) as day_count,
        day_kind_code,
        {{ span_no('cast(day_count as int)', 'day_kind_code') }} as span_no,
        nullif(org_code, '') as org_code,
        nullif(category_code, '') as category_code,
        nullif(region_code, '') as region_code,
        nullif(level_code, '') as level_code,
        cast(nullif(statutory_path, '') as int) as statutory_path,
        nullif(procedure_code, '') as procedure_code,
        case when org_code <> '' then 16 else 0 end
        + case when category_code <> '' then 8 else 0 end
        + case when region_code <> '' then 4 else 0 end
        + case when level_code <> '' then 2 else 0 end
        + case when statutory_path <> '' then 1 else 0 end as special_rank,
        cast(nullif(valid_from, '') as date) as valid_from,
        coalesce(cast(nullif(valid_to, '') as date), date '9999-12-31') as valid_to,
        legal_basis,
        note
    from {{ source('raw', 'ref_deadline_rules') }}
)

select * from final
