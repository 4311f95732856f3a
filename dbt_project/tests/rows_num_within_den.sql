{{ config(meta={'dagster': {'ref': {'name': 'int_indicator_rows'}}}) }}
-- A share has no numerator above its denominator.
select rows_of.*
from {{ tested_indicator_rows() }} as rows_of
inner join {{ ref('dim_indicator') }} as indicators
    on rows_of.indicator_code = indicators.indicator_code and rows_of.variant = indicators.variant
where indicators.kind_code in ('share', 'stock') and (rows_of.num < 0 or rows_of.num > rows_of.den)
