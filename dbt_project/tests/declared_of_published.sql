{{ config(tags=['findings'], fail_calc="coalesce(sum(case when severity_code = 'error' then 1 else 0 end), 0)") }}
-- One row for each declared test that found something. orchestration.selection writes which ones a build asks, and of
-- what they read; Dagster shows it on: {{ ref('mart_published_values') }}
{{ declared([]) }}
