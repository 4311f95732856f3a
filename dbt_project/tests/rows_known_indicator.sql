{{ config(meta={'dagster': {'ref': {'name': 'int_indicator_rows'}}}) }}
-- Every indicator and variant has its definition.
select distinct rows_of.indicator_code, rows_of.variant
from {{ tested_indicator_rows() }} as rows_of
left join {{ ref('dim_indicator') }} as indicators
    on rows_of.indicator_code = indicators.indicator_code and rows_of.variant = indicators.variant
where indicators.indicator_code is null
