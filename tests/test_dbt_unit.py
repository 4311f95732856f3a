"""The dbt unit tests and the tests of the seeds, run in process on an empty home."""

from datetime import datetime

import pytest
from dbt.cli.main import dbtRunner

from ingestion import warehouse
from ingestion.home import Home
from orchestration import project

LEAST = 112 + 36  # unit tests, and the seeds' tests that nightly builds leave out

SELECTION = ["test_type:unit", "path:dbt_project/seeds,resource_type:test,test_type:generic"]


@pytest.mark.slow
def test_unit_tests_of_the_models_and_tests_of_the_seeds_pass(tmp_path):
    home = Home(tmp_path)
    warehouse.load(home, datetime(2026, 3, 31, 23, 59, 59))
    built = project.build(home, [], tests=False)
    assert not project.failures(built)
    kept = project.manifest(home)
    try:
        with project._environment(home, home.warehouse):
            command = ["test", "--quiet", "--log-level-file", "none", "--no-write-json"]
            result = dbtRunner(manifest=kept).invoke([*command, "--select", *SELECTION])
    finally:
        project.release_connections()
    assert result.exception is None
    failed = [
        f"{r.node.name}: {r.message}" for r in result.result.results if str(r.status) != "pass"
    ]
    assert not failed, "\n".join(failed)
    assert len(result.result.results) >= LEAST


def test_every_indicator_view_has_a_unit_test(tmp_path):
    kept = project.manifest(Home(tmp_path))
    nodes = [n for n in kept.nodes.values() if n.resource_type.value == "model"]
    views = {n.name for n in nodes if "indicator" in n.tags and n.name.startswith("ind_")}
    assert len(views) > 50
    tested = {test.model for test in kept.unit_tests.values()}
    assert not sorted(views - tested), "写一个 dbt 单元测试，行中要有把它与旁边口径分开的边界"
