{{ config(meta={'dagster': {'ref': {'name': 'dim_duty'}}}) }}
-- A duty of an organ ends before it begins again: else a month would ask for it twice.
select one.duty_id
from {{ ref('dim_duty') }} as one
inner join {{ ref('dim_duty') }} as other
    on
        one.duty_id = other.duty_id
        and one.valid_from < other.valid_from
        and one.valid_to >= other.valid_from
