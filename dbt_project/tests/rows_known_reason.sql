{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_indicator_rows'}}}) }}
-- Every reason stands in the list; a home's own indicator may give its own, hence a warning.
select distinct rows_of.indicator_code, rows_of.variant, rows_of.excluded_because
from {{ tested_indicator_rows() }} as rows_of
left join {{ ref('ref_exclusion_reason') }} as reasons on rows_of.excluded_because = reasons.excluded_because
where rows_of.excluded_because is not null and reasons.excluded_because is null
