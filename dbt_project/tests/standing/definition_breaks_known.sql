{{ config(meta={'dagster': {'ref': {'name': 'dim_definition_break'}}}) }}
-- A definition that the home says has changed is one that there is: another name would break nothing, silently.
select
    told.indicator_code,
    told.variant
from {{ source('raw', 'ref_definition_breaks') }} as told
left join {{ ref('dim_indicator') }} as indicators
    on
        told.indicator_code = indicators.indicator_code
        and coalesce(nullif(told.variant, ''), indicators.variant) = indicators.variant
where indicators.indicator_code is null
