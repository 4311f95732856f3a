{{ config(meta={'dagster': {'ref': {'name': 'int_indicator_rows'}}}) }}
-- A subject has one row in an indicator, for each day and area that the indicator asks of.
select indicator_code, variant, subject_id, cohort_date, region_code
from {{ tested_indicator_rows() }} as rows_of
group by indicator_code, variant, subject_id, cohort_date, region_code
having
    count(*) > 1 or indicator_code is null or variant is null or subject_id is null or cohort_date is null
