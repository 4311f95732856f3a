{{ config(meta={'dagster': {'ref': {'name': 'mart_indicator_values'}}}) }}
-- Of a share: denominator and excluded subjects are all its subjects, and the numerator is within.
select * from {{ tested('mart_indicator_values') }}
where kind_code in ('share', 'stock') and (den + excluded_count <> subject_count or num > den or num < 0)
