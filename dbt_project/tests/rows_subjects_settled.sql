{{ config(meta={'dagster': {'ref': {'name': 'int_indicator_rows'}}}) }}
-- Every subject is either in the denominator or left out for a stated reason, never both.
select * from {{ tested_indicator_rows() }} as rows_of
where (excluded_because is null and den <= 0) or (excluded_because is not null and (den <> 0 or num <> 0))
