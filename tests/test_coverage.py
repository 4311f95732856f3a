"""docs/coverage.md: what its rows name is there, no row is missing, and nothing shipped is left out."""

import re

import pytest

from ingestion.contract import load_contracts
from ingestion.home import Home
from orchestration import project
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "coverage.md").read_text("utf-8")
HEADER = ["编号", "机制", "台账", "事实、维表", "指标", "核查", "状态", "说明"]
STATES = {"已有", "部分", "尚未", "不做"}
DOCUMENTS = 5
NOT_FROM_THEM = "不来自上述文件"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def _tables(text: str) -> dict[str, list[list[str]]]:
    """Return the rows of the table under each heading, its header first."""
    found: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
            found[heading] = []
        elif line.startswith("|") and not line.startswith("| ---") and found:
            found[heading].append(_cells(line))
    return found


TABLES = _tables(TEXT)
BESIDE = TABLES.pop(NOT_FROM_THEM)[1:]
ROWS = [dict(zip(HEADER, row, strict=True)) for table in TABLES.values() for row in table[1:]]


def _named(cell: str) -> list[str]:
    """Return the names in a cell, which holds nothing else; a dash where there is none."""
    assert cell == "—" or re.fullmatch(r"`\w+`( `\w+`)*", cell), cell
    return re.findall(r"`(\w+)`", cell)


def _all(column: str) -> set[str]:
    return {name for row in ROWS for name in _named(row[column])}


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> dict:
    """The models and seeds of the project as shipped, by name."""
    nodes = project.manifest(Home(tmp_path_factory.mktemp("home"))).nodes.values()
    return {n.name: n for n in nodes if n.resource_type.value in ("model", "seed")}


@pytest.fixture(scope="module")
def indicators(models) -> set[str]:
    return {name for name, node in models.items() if "indicator" in node.tags}


@pytest.fixture(scope="module")
def ledgers() -> set[str]:
    return {contract.ledger for contract in load_contracts(None)}


def test_every_document_has_its_table():
    assert len(TABLES) == DOCUMENTS
    for number, (heading, table) in enumerate(TABLES.items()):
        assert heading.startswith(f"文件 {number:03}："), heading
        assert table[0] == HEADER, heading


@pytest.mark.parametrize("number", range(DOCUMENTS))
def test_rows_are_numbered_without_a_gap(number):
    table = list(TABLES.values())[number][1:]
    assert [row[0] for row in table] == [f"{number}.{n + 1}" for n in range(len(table))]


def test_no_document_lost_its_last_rows():
    """A gap shows a row that is gone, but not the last: how many each document has is said here."""
    assert [len(table) - 1 for table in TABLES.values()] == [18, 25, 23, 17, 7]


def test_every_ledger_named_has_a_contract(ledgers):
    assert _all("台账") <= ledgers, _all("台账") - ledgers


def test_every_model_named_is_there(models, indicators):
    named = _all("事实、维表")
    assert named <= models.keys() - indicators, named - models.keys()


def test_every_indicator_named_is_there_with_its_variant(indicators):
    assert _all("指标") <= indicators, _all("指标") - indicators


def test_every_check_named_is_there(models):
    named = _all("核查")
    assert named <= {n for n in models if n.startswith("chk_")}, named


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["编号"])
def test_a_row_s_state_is_what_it_names(row):
    served = {column: _named(row[column]) for column in HEADER[2:6]}
    assert row["状态"] in STATES
    assert row["机制"] and row["说明"] not in ("", "—")
    if row["状态"] == "已有":
        assert served["事实、维表"]
    elif row["状态"] == "部分":
        assert served["台账"] and served["事实、维表"]
    elif row["状态"] == "尚未":
        assert not served["指标"] and not served["核查"]
    else:
        assert not any(served.values())


def test_every_ledger_and_indicator_shipped_is_in_a_row_or_said_to_be_beside(ledgers, indicators):
    beside = {name for row in BESIDE for name in _named(row[0])}
    assert all(len(row) == 2 and row[1] not in ("", "—") for row in BESIDE)
    assert beside <= ledgers | indicators, beside - ledgers - indicators
    rows = _all("台账") | _all("指标")
    assert not beside & rows, beside & rows
    assert not (ledgers | indicators) - beside - rows, (ledgers | indicators) - beside - rows


def test_what_a_row_s_indicators_are_made_of_is_among_its_ledgers(models):
    """The plain ledgers: an indicator of one stands in a row that names the ledger."""
    for row in ROWS:
        for name in _named(row["指标"]):
            made_of = models[name].config.meta["indicator"]["ledgers"]
            assert set(made_of) & set(_named(row["台账"])), (row["编号"], name)
