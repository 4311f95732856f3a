"""The same models on Spark: every mart is DuckDB's, row by row, built anew and going on.

Run by `make test-spark`, in the environment of requirements-spark.lock; one session for the module.
"""

import importlib.util
import shutil
from datetime import datetime, timedelta

import duckdb
import pytest

from benchmarks import world
from ingestion.home import Home

if importlib.util.find_spec("pyspark") is None:
    pytest.skip(
        "没有装 pyspark，跳过 Spark 的测试；请运行 make test-spark", allow_module_level=True
    )
if shutil.which("java") is None:
    pytest.skip("没有 Java，跳过 Spark 的测试；请装 Java 17", allow_module_level=True)

from orchestration import compare_engines, spark

pytestmark = pytest.mark.slow
# Spark plans for as long as there are models: of the shapes that differ in their SQL one each
INDICATORS = {
    "ind_volume", "ind_timely_accept_office", "ind_on_time_reply", "ind_satisfaction", "ind_backlog_resolution",
    "ind_leader_coverage", "ind_matters", "ind_handling_days", "ind_per_10k",
}  # fmt: skip
LAST = datetime.fromisoformat(world.AS_OF)
FILLED = {
    "marts.fct_petitions", "marts.fct_handling_events", "marts.fct_evaluations",
    "marts.agg_indicator_cells", "marts.mart_indicator_values", "published.mart_published_values",
    "published.mart_published_ranks", "published.mart_published_yoy", "intermediate.int_indicator_rows",
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory, few_indicators) -> Home:
    """A small world, told but for its last two nights and built on both engines."""
    home = Home(tmp_path_factory.mktemp("spark") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PETITION_CLOCK", "2024-01-01T09:00:00")  # the world sets it as it goes
        world.generate(home, 3000, prefectures=1, nights=2)
        compare_engines.build_both(home, LAST - timedelta(days=2))
        yield home


def _differing(home: Home) -> dict[str, int]:
    found = compare_engines.compare(home)
    assert {c.relation for c in found if c.rows} >= FILLED
    return {c.relation: c.differing for c in found if c.differing}


def test_every_mart_is_the_same_row_by_row(home):
    assert not _differing(home)


def test_a_build_that_goes_on_is_the_same_after_a_night(home):
    assert world.tell_night(home, LAST.date() - timedelta(days=1))["handling_events"] > 5
    compare_engines.build_both(home, LAST - timedelta(days=1))
    dials = spark.session(home).table("raw.run_context").first()
    assert dials.built_known_to < dials.known_to
    assert spark.session(home).table("intermediate.int_touched_subjects").count() > 0
    assert not _differing(home)


def test_a_row_that_differs_is_found(home):
    """A count that is one more, and a rate beyond the tolerance: each is a row on both sides."""
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(
            "update marts.agg_indicator_cells set subject_count = subject_count + 1 where rowid = 0;"
            " update published.mart_published_values set value = value + 1e-6 where rowid ="
            " (select min(rowid) from published.mart_published_values where value > 0)"
        )
    assert _differing(home) == {
        "marts.agg_indicator_cells": 2,
        "published.mart_published_values": 2,
    }
