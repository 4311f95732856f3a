{{ config(meta={'dagster': {'ref': {'name': 'dim_indicator'}}}) }}
-- A target is of an indicator that there is: of another name nothing would ever be asked, silently.
select
    told.indicator_code,
    told.variant
from {{ source('raw', 'ref_targets') }} as told
left join {{ ref('dim_indicator') }} as indicators
    on told.indicator_code = indicators.indicator_code and told.variant = indicators.variant
where indicators.indicator_code is null
