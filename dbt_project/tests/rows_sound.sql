{{ config(meta={'dagster': {'ref': {'name': 'int_indicator_rows'}}}) }}
-- Each row by itself: its indicator has a definition; it is in the denominator, or left out for a stated reason and
-- in neither number; nothing adds less than nothing; a share has no numerator above its denominator.
select rows_of.*
from {{ tested_indicator_rows() }} as rows_of
left join {{ ref('dim_indicator') }} as indicators
    on rows_of.indicator_code = indicators.indicator_code and rows_of.variant = indicators.variant
where
    indicators.indicator_code is null
    or (rows_of.excluded_because is null and rows_of.den <= 0)
    or (rows_of.excluded_because is not null and (rows_of.den <> 0 or rows_of.num <> 0))
    or rows_of.num < 0
    or ({{ is_share('indicators.kind_code') }} and rows_of.num > rows_of.den)
