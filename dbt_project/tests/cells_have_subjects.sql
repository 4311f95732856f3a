{{ config(meta={'dagster': {'ref': {'name': 'agg_indicator_cells'}}}) }}
-- A cell of nobody is no cell; one of fewer than nobody had a subject taken out that it never had.
select * from {{ tested('agg_indicator_cells') }}
where subject_count <= 0 or den < 0
