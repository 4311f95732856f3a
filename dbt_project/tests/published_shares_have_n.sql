{{ config(meta={'dagster': {'ref': {'name': 'mart_published_values'}}}) }}
-- A published share has its n and its interval around it; without a denominator it has no value. What is no share
-- has no interval.
select * from {{ tested('mart_published_values') }}
where
    status_code = 'published' and {{ is_share('kind_code') }}
    and (
        den is null
        or (den > 0 and (value is null or value_low is null or value_high is null))
        or value < value_low - 0.000001
        or value > value_high + 0.000001
    )
    or (not {{ is_share('kind_code') }} and coalesce(value_low, value_high) is not null)
