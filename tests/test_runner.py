"""What a run from the command line says when nothing failed and yet nothing was published."""

import dagster as dg
import pytest

from ingestion.home import Home
from orchestration import runner
from orchestration.deliveries import Dials
from orchestration.events import JOB_NAME


def definitions(makes: bool) -> dg.Definitions:
    """Return a job of two steps, of which the second is made of what the first may not make."""

    @dg.asset(output_required=False)
    def load_raw_tables(config: Dials):
        if makes:
            yield dg.Output(None)

    @dg.asset(deps=[load_raw_tables])
    def release():
        return None

    assets = [load_raw_tables, release]
    return dg.Definitions(assets=assets, jobs=[dg.define_asset_job(JOB_NAME, assets)])


def test_a_run_whose_steps_were_skipped_is_no_success(tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    runner.prepare_instance(Home(tmp_path / "home"))
    assert runner.execute(Home(tmp_path / "home"), definitions(makes=True))
    with pytest.raises(runner.RunFailed, match="没有发布：release 被跳过"):
        runner.execute(Home(tmp_path / "home"), definitions(makes=False))
