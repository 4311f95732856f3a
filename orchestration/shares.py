"""The asset between the facts and the findings: shares of offices, tested against their peers' by publication/statistics."""

import dagster as dg

from ingestion.home import Home
from orchestration import project, writer
from orchestration.deliveries import OWNERS


@dg.asset(
    key=["raw", "check_shares"],
    deps=[
        dg.AssetKey(["marts", "agg_checked_shares"]),
        dg.AssetKey(["marts", "agg_deadline_days"]),
        dg.AssetKey(["marts", "agg_target_gaps"]),
    ],
    description="各机构的份额与同级相比的检验，核查由此发问。",
    group_name="raw",
    kinds={"duckdb", "scipy"},
    owners=OWNERS,
)
def check_shares(context: dg.AssetExecutionContext):
    """Test the shares and write what the tests say as a source of the findings."""
    home = Home.find()
    writer.hold(home, f"运行 {context.run_id[:8]}", context.log.info)
    return dg.MaterializeResult(metadata={"tested": project.judge_shares(home.warehouse)})
