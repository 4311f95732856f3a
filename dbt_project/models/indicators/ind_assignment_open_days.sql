-- 包案未结平均天数: at a month end, the days since the first of the assignments of a case that have not ended began. Of the
-- month that is not over there is no figure: its days would grow every day, and every open case would be made again.
with months as (
    {{ led_case_months(open_only=true) }}
),

subjects as (
    select
        case_id as subject_id,
        cohort_date,
        place_region_code as region_code,
        responsible_org_code as org_code,
        case
            when cohort_date < last_day(cohort_date) then 'month_not_over'
            when moved_out_date <= cohort_date then 'moved_out'
            when leader_since_date is null then 'no_open_assignment'
        end as excluded_because,
        {{ days_between('leader_since_date', 'cohort_date') }} as day_count,
        1 as case_count,
        cast(leader_since_date as timestamp) as evidence_at,
        least(
            changes_at, leader_changes_at,
            {{ when_reached('moved_out_date') }}, {{ when_reached('last_day(cohort_date)') }}
        ) as changes_at,
        {{ case_cuts(leader='leader_level_code') }}
    from months
)

{{ indicator('assignment_open_days', num='day_count', den='case_count') }}
