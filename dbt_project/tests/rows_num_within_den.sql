{{ config(meta={'dagster': {'ref': {'name': 'int_indicator_rows'}}}) }}
-- Nothing adds less than nothing; a share has no numerator above its denominator.
select rows_of.*
from {{ tested_indicator_rows() }} as rows_of
inner join {{ ref('dim_indicator') }} as indicators
    on rows_of.indicator_code = indicators.indicator_code and rows_of.variant = indicators.variant
where rows_of.num < 0 or ({{ is_share('indicators.kind_code') }} and rows_of.num > rows_of.den)
