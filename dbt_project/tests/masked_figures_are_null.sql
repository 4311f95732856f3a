{{ config(meta={'dagster': {'ref': {'name': 'mart_published_values'}}}) }}
-- What is held or suppressed carries no figure and says why.
select * from {{ tested('mart_published_values') }}
where
    status_code <> 'published'
    and (coalesce(num, den, excluded_count, value, value_low, value_high) is not null or reason_text is null)
