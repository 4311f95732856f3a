"""What an indicator's definition says of its view is what the view does: read from its compiled SQL."""

import re
from datetime import datetime

import pytest
from dbt.cli.main import dbtRunner

from ingestion import warehouse
from ingestion.home import Home
from orchestration import project
from tests.release_homes import INDICATOR, META

pytestmark = pytest.mark.slow

# the column that a cell's region is made of, and whose region that is; any other organ's is `organ`
PLACES = {
    "register_region_code": "register",
    "responsible_region_code": "responsible",
    "accepting_region_code": "responsible",
    "receiving_region_code": "responsible",
    "objecting_region_code": "responsible",
    "first_receiving_region_code": "responsible",
    "responsible_org_region_code": "responsible",
    "problem_region_code": "problem",
    "place_region_code": "place",
    "unit_region_code": "organ",
    "org_region_code": "organ",
    "place_code": "areas",
}
# which clock of the rules a column of the fact was reckoned by
CLOCKS = {
    r"\boffice_due_date\b": {"office_forward"},
    r"\bunit_due_date\b": {"unit_notice"},
    r"\bobjection_(?:due_date|span_no)\b": {"objection"},
    r"\b(?:reply|closing)_due_date\b": {"closing"},
    r"\beffective_reply_due_date\b": {"closing", "extension"},
}
ASKED = re.compile(r"clock_code (?:= |in \()((?:'\w+'(?:, )?)+)")
MADE_OF = re.compile(r"(\w+)(?:\s+end)?\s+as\s+region_code\b")


def _compile(home: Home):
    warehouse.load(home, datetime(2026, 3, 31, 23, 59, 59))
    project.stage(home)
    words = ["compile", "--quiet", "--log-level-file", "none", "--target-path", "target/defined"]
    try:
        with project._environment(home, home.warehouse):
            return dbtRunner().invoke([*words, "--select", "tag:indicator"])
    finally:
        project.release_connections()


@pytest.fixture(scope="module")
def views(tmp_path_factory) -> dict:
    """The indicator views: definition and compiled SQL, by name."""
    result = _compile(Home(tmp_path_factory.mktemp("home")))
    assert result.exception is None, result.exception
    nodes = {r.node.name: r.node for r in result.result.results}
    found = {n: node for n, node in nodes.items() if n.startswith("ind_")}
    assert len(found) > 100
    return {n: (node.config.meta["indicator"], node.compiled_code) for n, node in found.items()}


def _place(column: str) -> str:
    return PLACES.get(column) or ("organ" if column.endswith("_org_region_code") else column)


def test_a_view_s_region_is_the_one_that_its_definition_names(views):
    wrong = {}
    for name, (meta, sql) in views.items():
        made_of = {_place(column) for column in MADE_OF.findall(sql)}
        if made_of != {meta["attribution"]}:
            wrong[name] = (meta["attribution"], made_of)
    assert not wrong


def test_the_clocks_that_a_view_uses_are_those_that_its_definition_names(views):
    """They say where its series breaks when the law behind them is replaced."""
    wrong = {}
    for name, (meta, sql) in views.items():
        used = {c for column, clocks in CLOCKS.items() if re.search(column, sql) for c in clocks}
        used |= {c for found in ASKED.findall(sql) for c in re.findall(r"\w+", found)}
        if used != set(meta.get("clock_codes", [])):
            wrong[name] = used
    assert not wrong


def test_every_shipped_indicator_says_its_side_of_work_under_law_and_its_variants_the_same(views):
    sides = {}
    for name, (meta, _) in views.items():
        sides.setdefault(name.split("__")[0], {})[name] = meta["axis"]
    differing = {n: v for n, v in sides.items() if len(set(v.values())) > 1}
    assert set(differing) == {"ind_outcome_items"}
    assert {side for of in sides.values() for side in of.values()} == {
        "prevention", "acceptance", "handling", "supervision", "order", "none",
    }  # fmt: skip


def test_the_same_items_by_another_place_differ_in_the_region_alone(views):
    for code, other in (
        ("volume", "register_region_code"),
        ("on_time_reply", "accepting_region_code"),
    ):
        _, mine = views[f"ind_{code}__by_problem_place"]
        _, project_s = views[f"ind_{code}"]
        moved = re.sub(
            r"case when problem_region_code .*? end as region_code", f"{other} as region_code", mine
        )
        assert moved != mine
        plain = [re.sub(r"--.*|\s+", " ", sql) for sql in (moved, project_s)]
        assert plain[0].replace("'by_problem_place'", "'project'").split() == plain[1].split()


def test_an_indicator_that_does_not_say_its_region_is_refused(tmp_path):
    home = Home(tmp_path)
    home.models.mkdir(parents=True)
    (home.models / "ind_by_letter.sql").write_text(INDICATOR.format(flag="true"), "utf-8")
    unsaid = re.sub(r" *attribution: .*\n", "", META.format(version="1.0"))
    (home.models / "ind_by_letter.yml").write_text(unsaid, "utf-8")
    warehouse.load(home, datetime(2026, 3, 31, 23, 59, 59))
    said = project.failures(project.build(home, [], tests=False))
    assert any("ind_by_letter 没有写明它的数字归哪个地区" in line for line in said), said
