"""Running it: Dagster assets, checks, sensors, schedules, and the `petition` command line.

Belongs here: order of work, the writer's lock, dbt invocations, printing. The only importer of
Dagster and dbt. Does not belong here: what a figure means (dbt_project), what a row means
(ingestion), what may leave the house (publication). Nothing imports this package.
"""
