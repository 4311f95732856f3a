"""What the data tests ask of: all rows of a build that starts anew, of one that goes on what it made.

Faults are planted in tables that were built; a test of dbt must find the one and may leave the other.
"""

from datetime import datetime

import duckdb
import pytest

from ingestion import warehouse
from orchestration import models, project, selection
from tests.spine import COUNTY, Spine, item

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_indicators")]
KEY = "key_fct_petitions_registration_id"
OLD, NEW = f"{COUNTY}|A-1", f"{COUNTY}|A-2"


def event(number: str) -> dict:
    """Return an event of an item of the county."""
    where = {"信访件编号": number, "登记机构": COUNTY, "流转序号": 1}
    return where | {"办理方式": "受理", "办理时间": "2026-02-04 10:00:00"}


@pytest.fixture(scope="module")
def spine(tmp_path_factory) -> Spine:
    """Two deliveries, each built: the second build went on from the first."""
    spine = Spine(tmp_path_factory.mktemp("tested") / "home", datetime(2026, 3, 2, 9))
    spine.tell(COUNTY, [item("A-1", "2026-02-02")])
    spine.tell(COUNTY, [event("A-1")])
    spine.build()
    spine.tell(COUNTY, [item("A-2", "2026-02-03")])
    spine.tell(COUNTY, [event("A-2")])
    spine.build()
    assert spine.ask("select count(*) from raw.build_before") == [(1,)]
    return spine


@pytest.fixture
def plant(spine):
    """Return a function that changes the working file; the file is put back afterwards."""
    before = spine.home.warehouse.read_bytes()

    def change(sql: str, *values: object) -> None:
        with duckdb.connect(str(spine.home.warehouse)) as connection:
            connection.execute(f"use work; {sql}", values)

    yield change
    spine.home.warehouse.write_bytes(before)


def _fails(spine: Spine, test: str) -> bool:
    result = project.build(spine.home, [test])
    assert len(result.result.results) == 1, "one test ran"
    return bool(project.failures(result))


def _twice(table: str) -> str:
    return f"insert into {table} select * from {table} where registration_id = ?"


@pytest.mark.parametrize(
    "test",
    [
        KEY,
        "rows_sound",
        "rows_one_each",
        "rows_subjects_have_source",
        "cells_equal_rows",
        "cells_have_subjects",
    ],
)
def test_nothing_is_found_where_nothing_is_wrong(spine, test):
    assert not _fails(spine, test)


def test_a_touched_subject_is_tested(spine, plant):
    plant(_twice("marts.fct_petitions"), NEW)
    assert _fails(spine, KEY)


def test_what_the_build_left_as_it_was_is_not_read_again(spine, plant):
    plant(_twice("marts.fct_petitions"), OLD)
    assert not _fails(spine, KEY)


def test_a_build_that_starts_anew_is_tested_whole(spine, plant):
    plant("drop table raw.build_before")
    plant(_twice("marts.fct_petitions"), OLD)
    assert _fails(spine, KEY)


def test_a_new_delivery_is_tested_as_told(spine, plant):
    last = "(select max(_sequence) from raw.raw_petition_register)"
    plant(
        f"insert into raw.raw_petition_register select * from raw.raw_petition_register where _sequence = {last}"
    )
    (name,) = [
        n.name
        for n in project.manifest(spine.home).nodes.values()
        if n.name.startswith("unique_combination_stg_petition_register")
    ]
    assert _fails(spine, name)


def test_an_event_told_twice_is_found(spine, plant):
    """The events of touched registrations are read once, for all their tests."""
    (name,) = [
        n.name
        for n in project.manifest(spine.home).nodes.values()
        if n.name.startswith("unique_combination_int_handling_events_in_force")
    ]
    assert not _fails(spine, name)
    touched = "intermediate.int_handling_events_touched"
    assert spine.ask(f"select count(*) from {touched}") == [(1,)]
    plant(f"insert into {touched} select * from {touched}")
    assert _fails(spine, name)


@pytest.mark.parametrize(
    ("indicator", "period", "found"),
    [
        ("volume", "2026-02", True),
        ("volume", "2026", True),
        ("volume", "2020-01", False),
        ("slip_return", "2026-02", False),
    ],
)
def test_a_masked_figure_that_says_something_is_found_among_those_made_again(
    spine, plant, indicator, period, found
):
    plant(
        "insert into published.mart_published_values"
        " select * replace (? as indicator_code, ? as period, 'held' as status_code, null as reason_text)"
        " from published.mart_published_values where variant = 'project' limit 1",
        indicator,
        period,
    )
    assert _fails(spine, "masked_figures_are_null") == found


@pytest.mark.parametrize(
    "change",
    [
        "num = den + 1",
        "num = -1",
        "den = 0",
        "excluded_because = 'filed'",
        "indicator_code = 'nobody'",
    ],
)
def test_a_row_that_contradicts_itself_is_found(spine, plant, change):
    plant(
        f"update intermediate.int_indicator_delta set {change} where indicator_code = 'timely_accept_office'"
        " and contribution_sign = 1 and den = 1"
    )
    assert _fails(spine, "rows_sound")


def test_a_subject_without_its_ledger_row_is_found(spine, plant):
    plant("delete from marts.fct_petitions where registration_id = ?", NEW)
    assert _fails(spine, "rows_subjects_have_source")


def test_changes_that_are_not_those_of_the_rows_are_found(spine, plant):
    plant("delete from intermediate.int_cell_changes where cut_code = 'all'")
    assert _fails(spine, "cells_equal_rows")


def test_cells_that_are_not_those_of_the_rows_are_found_in_a_build_anew(spine, plant):
    plant("drop table raw.build_before")
    assert not _fails(spine, "cells_equal_rows")
    plant("delete from marts.agg_indicator_cells where cut_code = 'all'")
    assert _fails(spine, "cells_equal_rows")


def test_a_cell_of_fewer_than_nobody_is_found(spine, plant):
    plant("update marts.agg_indicator_cells set subject_count = -1")
    assert _fails(spine, "cells_have_subjects")


def test_loading_says_whether_the_models_go_on(spine, plant):
    with spine.clock():
        warehouse.load(spine.home, spine.as_of(), code="other")
    assert spine.ask("select 1 from duckdb_tables() where table_name = 'build_before'") == []


def test_declared_tests_asked_as_one_name_the_one_that_found_something(spine, plant):
    plant(_twice("marts.fct_petitions"), NEW)
    plant("update marts.fct_petitions set category_code = 'nowhere'")
    asked = [
        KEY,
        "key_fct_cases_case_id",
        "relationships_fct_petitions_category_code__category_code__ref_dim_category_",
    ]
    result = project.build(spine.home, asked)
    (one,) = result.result.results
    assert one.node.name == "declared_of_facts"
    found = {
        f.test_name: (f.severity_code, f.failing_count) for f in project.found_by_declared([one])
    }
    assert found == {KEY: ("error", 1), asked[2]: ("warn", 2)}
    assert project.failures(result) == [f"{KEY}：fail（1）"]
    assert "A-2" not in one.node.compiled_code and "nowhere" not in one.node.compiled_code


def test_a_declared_test_that_cannot_be_asked_is_an_error(spine, plant):
    plant("drop table marts.fct_cases")
    (one,) = project.failures(project.build(spine.home, [KEY, "key_fct_cases_case_id"]))
    assert one.startswith("declared_of_facts：error")


def test_every_test_but_the_seeds_own_runs_with_one_of_the_two_builds(spine):
    """A test that neither selection has would guard nothing, and no run would say so."""
    nodes, ran = project.manifest(spine.home).nodes, []
    for assets, indirect in zip(
        models.build_dbt_assets(spine.home), ("cautious", "eager"), strict=True
    ):
        words = [assets.op.tags["dagster_dbt/select"]]
        ran += sorted(selection.chosen(nodes, words, indirect))
    tests = {
        unique_id
        for unique_id, node in nodes.items()
        if node.resource_type.value == "test"
        and "/seeds/" not in node.original_file_path
        and not node.name.startswith(selection.GATHERING)
    }
    assert sorted(u for u in ran if u.startswith("test.")) == sorted(tests)
