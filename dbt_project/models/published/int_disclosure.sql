-- Whether each figure is published, held or suppressed. A figure of a small area on fewer than ten is
-- hidden; one hidden sibling could be had back from the total, so the next smallest is hidden with it.
with figures as (
    select * from {{ ref('int_published_figures') }}
),

judged_alone as (
    select
        *,
        small_area_flag and not held_flag and n > 0 and n < {{ threshold('suppress_below') }} as small_flag
    from figures
),

among_siblings as (
    select
        *,
        small_area_flag and not small_flag and not held_flag and n > 0 as next_flag,
        sum(case when small_flag then 1 else 0 end) over (
            partition by indicator_code, variant, period, area_kind_code, parent_code, cut_code, cut_value
        ) as small_sibling_count
    from judged_alone
),

ranked as (
    select
        *,
        row_number() over (
            partition by
                indicator_code, variant, period, area_kind_code, parent_code, cut_code, cut_value, next_flag
            order by n, area_code
        ) as size_rank
    from among_siblings
),

final as (
    select
        *,
        case
            when held_flag then 'held'
            when small_flag then 'suppressed'
            when next_flag and small_sibling_count = 1 and size_rank = 1 then 'suppressed'
            else 'published'
        end as status_code
    from ranked
)

select * from final
