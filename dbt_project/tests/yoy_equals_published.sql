{{ config(meta={'dagster': {'ref': {'name': 'mart_published_yoy'}}}) }}
-- Where nothing is left out of either year, what is compared is what is printed: of the period, and of
-- the year before but for a year of which only some months are compared.
select yoy.*
from {{ tested('mart_published_yoy') }} as yoy
left join {{ ref('mart_published_values') }} as figures
    on
        yoy.indicator_code = figures.indicator_code
        and yoy.variant = figures.variant
        and yoy.period = figures.period
        and yoy.area_kind_code = figures.area_kind_code
        and yoy.area_code = figures.area_code
        and figures.cut_code = 'all'
left join {{ ref('mart_published_values') }} as base_figures
    on
        yoy.indicator_code = base_figures.indicator_code
        and yoy.variant = base_figures.variant
        and yoy.base_period = base_figures.period
        and yoy.area_kind_code = base_figures.area_kind_code
        and yoy.area_code = base_figures.area_code
        and base_figures.cut_code = 'all'
where
    coalesce(yoy.this_num, yoy.base_num, yoy.yoy_percent, yoy.yoy_points) is not null
    and (
        coalesce(figures.status_code, 'none') <> 'published'
        or (
            yoy.comparable_flag and yoy.period_kind_code = 'month'
            and (
                yoy.this_num <> figures.num
                or yoy.this_den <> figures.den
                or base_figures.status_code is distinct from 'published'
                or yoy.base_num <> base_figures.num
                or yoy.base_den <> base_figures.den
            )
        )
    )
