"""Everything Dagster knows, for the home named by PETITION_HOME. No logic here."""

import dagster as dg

from ingestion.home import Home
from orchestration import alerts, cadences, deliveries, events, models, releases, shares


def build_definitions(home: Home) -> dg.Definitions:
    """Return the definitions of a home; its dbt project is staged and parsed when it changed."""
    return dg.Definitions(
        assets=[
            deliveries.deliveries,
            deliveries.receipts,
            deliveries.raw_tables,
            shares.check_shares,
            *models.build_dbt_assets(home),
            releases.candidate,
            releases.current,
            cadences.reminders,
            cadences.periodic_issues,
        ],
        jobs=[events.job, cadences.reminder_job, cadences.issue_job],
        sensors=[events.landing_sensor],
        schedules=[events.nightly, cadences.reminder_schedule, cadences.issue_schedule],
        executor=dg.in_process_executor,
        resources={"alerts": alerts.Alerts()},
    )


defs = build_definitions(Home.find())
