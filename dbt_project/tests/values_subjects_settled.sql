{{ config(meta={'dagster': {'ref': {'name': 'mart_indicator_values'}}}) }}
-- Of a share: denominator and excluded subjects are all its subjects, and the numerator is within. Of one that adds
-- up what rows carry, the denominator is at least its subjects.
select valued.*
from {{ tested('mart_indicator_values') }} as valued
inner join {{ ref('dim_indicator') }} as indicators
    on valued.indicator_code = indicators.indicator_code and valued.variant = indicators.variant
where
    {{ is_share('valued.kind_code') }} and (
        valued.den + valued.excluded_count < valued.subject_count
        or (valued.den + valued.excluded_count > valued.subject_count and coalesce(indicators.sums_code, '') <> 'amount')
        or valued.num > valued.den or valued.num < 0
    )
