{{ config(meta={'dagster': {'ref': {'name': 'mart_published_values'}}}) }}
-- A figure that nothing holds is the internal one.
select published.*
from {{ tested('mart_published_values') }} as published
inner join {{ ref('mart_indicator_values') }} as internal
    on
        published.indicator_code = internal.indicator_code
        and published.variant = internal.variant
        and published.period = internal.period
        and published.area_kind_code = internal.area_kind_code
        and published.area_code = internal.area_code
        and published.cut_code = internal.cut_code
        and published.cut_value = internal.cut_value
where
    published.status_code = 'published' and published.missing_count = 0
    and published.area_kind_code = 'region'
    and (published.num <> internal.num or published.den <> internal.den)
