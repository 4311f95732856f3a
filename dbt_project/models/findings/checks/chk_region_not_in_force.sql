-- Problem places told with a code that was not in force on the day (D08): from before a merger, or ahead of one.
with found as (
    select
        petitions.register_org_code as org_code,
        cast(petitions.registered_at as date) as asked_date,
        petitions.registration_id as subject_id,
        petitions.registration_id,
        '问题属地' || regions.region_name || '（' || regions.region_code || '）'
        || case
            when regions.valid_to < cast(petitions.registered_at as date)
                then
                    '已于' || cast(regions.valid_to as string) || '前撤并'
                    || coalesce('，现为' || regions.successor_codes, '')
            else '当日尚未启用'
        end || '，照报的代码留着，请核对。' as text_zh
    from {{ ref('fct_petitions') }} as petitions
    inner join {{ ref('dim_region') }} as regions on petitions.problem_region_code = regions.region_code
    -- of townships the snapshot knows no first day
    where
        regions.level_code <> 'township' and (
            regions.valid_to < cast(petitions.registered_at as date)
            or regions.valid_from > cast(petitions.registered_at as date)
        )
)

{{ asked('D08', 'petition_register', of_registration=true) }}
