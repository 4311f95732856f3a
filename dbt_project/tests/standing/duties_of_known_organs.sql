{{ config(meta={'dagster': {'ref': {'name': 'dim_duty'}}}) }}
-- A duty is of an organ that there is: of another nobody would ever be asked.
select duty_id from {{ ref('dim_duty') }}
where org_region_code is null
