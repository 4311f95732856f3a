"""Remit (越权): by which relation a row is its sender's to tell; none holds: it is held."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ingestion.contract import load_contracts
from ingestion.fields import ContractError
from ingestion.mapping import References
from ingestion.rows import Context
from tests.door_files import (
    EVENTS,
    HEADERS,
    ORGANISATIONS,
    REGIONS,
    context,
    examine,
    row,
    rows_of,
    text,
    the_problem,
)

MORE = """980100-xf,甲市信访局,980100000000,prefecture,true,2000-01-01,
980102-zj,甲二区住房和城乡建设局,980102000000,county,false,2000-01-01,
980101001-gov,甲一镇人民政府,980101001000,township,false,2000-01-01,
"""
TOWN = "980101001000,甲一镇,township,980101000000,2000-01-01,\n"
COLUMNS = [*HEADERS, "登记机构"]
FLOW = [*EVENTS, "登记机构", "办理机构", "去向机构"]


@pytest.fixture(scope="module")
def references(tmp_path_factory) -> References:
    rules = tmp_path_factory.mktemp("rules")
    (rules / "regions.csv").write_text(REGIONS + TOWN, "utf-8")
    (rules / "organisations.csv").write_text(ORGANISATIONS + MORE, "utf-8")
    return References.load(rules)


@pytest.fixture
def told(references, tmp_path):
    """Return the relation that one row is loaded by, else the codes of what holds it."""

    def tell(office: str, ledger: str, headers: list, cells: list) -> str | list[str]:
        region = references.org_regions[office]
        judged = Context(office, region, datetime(2025, 6, 1), references)
        result = examine(text(tmp_path / "a.csv", [headers, cells]), judged=judged)
        if result.receipt.loaded:
            return rows_of(result, ledger)[0]["_relation_code"]
        return result.ledgers[0].quarantine.column("reason_code").to_pylist()

    return tell


@pytest.mark.parametrize(
    ("office", "register", "unit", "place", "relation"),
    [
        ("980101-xf", "甲一县信访局", "", "", "own"),
        ("980101-xf", "", "", "", "own"),
        ("980101-xf", "甲一县住房和城乡建设局", "", "", "own"),
        ("980100-xf", "甲一县信访局", "", "", "own"),
        ("central-joint", "甲二区信访局", "", "", "own"),
        ("980101-xf", "甲市信访局", "甲一县住房和城乡建设局", "", "received"),
        ("980101-xf", "甲二区信访局", "甲一镇人民政府", "甲二区", "received"),
        ("980101-xf", "甲市信访局", "", "甲一镇", "received"),
        ("980101-zj", "甲一县信访局", "甲一县住房和城乡建设局", "", "received"),
        ("980101-zj", "甲一县住房和城乡建设局", "", "", "own"),
        ("980101-xf", "甲二区信访局", "", "", ["out_of_remit"]),
        ("980101-xf", "甲二区信访局", "甲二区住房和城乡建设局", "甲二区", ["out_of_remit"]),
        ("980101-xf", "甲二区信访局", "甲二区住房和城乡建设局", "", ["out_of_remit"]),
        ("980101-xf", "甲市信访局", "", "", ["out_of_remit"]),
        ("980101-xf", "甲市信访局", "乌有局", "", ["out_of_remit"]),
        ("980101-zj", "甲一县信访局", "甲一县信访局", "", ["out_of_remit"]),
        ("980101001-gov", "甲一县信访局", "", "甲一县", ["out_of_remit"]),
    ],
)
def test_registrations(told, office, register, unit, place, relation):
    cells = [*row(1, 责任单位=unit, 问题属地=place), register]
    assert told(office, "petition_register", COLUMNS, cells) == relation


@pytest.mark.parametrize(
    ("office", "register", "by", "to", "relation"),
    [
        ("980101-xf", "甲一县信访局", "", "", "own"),
        ("980101-zj", "甲一县信访局", "甲一县住房和城乡建设局", "", "acted"),
        ("980102-xf", "甲一县信访局", "甲一县信访局", "甲二区信访局", "acted"),
        ("980101-xf", "甲市信访局", "甲市信访局", "", "came_down"),
        ("980101-zj", "甲一县信访局", "甲一县信访局", "", "came_down"),
        ("980102-xf", "甲一县信访局", "甲一县信访局", "", ["out_of_remit"]),
        ("980101-zj", "甲二区信访局", "甲二区信访局", "", ["out_of_remit"]),
        ("980102-xf", "甲一县住房和城乡建设局", "", "", ["out_of_remit"]),
    ],
)
def test_a_unit_tells_its_own_actions_besides_the_register_s(
    told, office, register, by, to, relation
):
    cells = ["A1", 1, "转送", "2025-04-09", register, by, to]
    assert told(office, "handling_events", FLOW, cells) == relation


@pytest.mark.parametrize(
    ("office", "ledger", "table", "relation"),
    [
        ("980101-xf", "evaluations", {"信访件编号": "A1", "登记机构": "甲一县信访局"}, "own"),
        ("980101-xf", "evaluations", {"信访件编号": "A1", "登记机构": "甲二区信访局"}, ["out_of_remit"]),
        ("980100-xf", "backlog_batches", {"交办机关": ""}, "own"),
        ("980101-xf", "backlog_batches", {"交办机关": "甲市信访局"}, ["out_of_remit"]),
        ("980100-xf", "backlog_cases", {"属地": "甲一县"}, "issued_to"),
        ("980101-xf", "backlog_cases", {"属地": "甲一县"}, "issued_to"),
        ("980101-zj", "backlog_cases", {"属地": "甲市", "责任单位": "甲一县住房和城乡建设局"}, "received"),
        ("980101-xf", "backlog_cases", {"属地": "甲二区"}, ["out_of_remit"]),
        ("980101-xf", "backlog_cases", {"属地": "乌有县"}, "unknown"),
        ("980101-xf", "leader_assignments", {"经办单位": "甲一镇人民政府"}, "own"),
        ("980101-xf", "leader_assignments", {"经办单位": ""}, "unknown"),
        ("980101-xf", "leader_assignments", {"经办单位": "甲二区信访局"}, ["out_of_remit"]),
        ("980101-xf", "leader_assignments", {}, "unknown"),
    ],
)  # fmt: skip
def test_the_other_ledgers(told, office, ledger, table, relation):
    contract = next(c for c in load_contracts() if c.ledger == ledger)
    filled = {
        f.label: next(iter(f.words)) if f.enum else {"date": "2025-04-08", "boolean": "是"}.get(f.type, "1")
        for f in contract.fields
        if f.needs_header
    } | table  # fmt: skip
    assert told(office, ledger, list(filled), list(filled.values())) == relation


def test_the_place_and_the_remedy_are_told(tmp_path):
    cells = [*row(1, 责任单位="甲二区信访局", 问题属地="甲二区"), "甲二区信访局"]
    result = examine(text(tmp_path / "a.csv", [COLUMNS, [*row(2), ""], cells]))
    column = COLUMNS.index("登记机构") + 1
    assert the_problem(result, "out_of_remit") == (1, 3, column)
    assert (result.receipt.loaded, result.receipt.quarantined) == (1, 1)


def test_an_unmapped_name_alone_holds_nothing(tmp_path):
    own = replace(context(), office="980101-xf")
    table = [["信访件编号", "登记时间", "责任单位"], ["A1", "2025-04-08", "乌有局"]]
    result = examine(text(tmp_path / "a.csv", table), judged=own)
    assert rows_of(result)[0]["_relation_code"] == "own"


def test_every_shipped_ledger_says_whether_it_is_judged():
    judged = {c.ledger: [*c.may_tell] for c in load_contracts() if not c.plain}
    assert all("own" in c.may_tell for c in load_contracts() if c.plain)
    assert judged == {
        "backlog_batches": ["own"],
        "backlog_cases": ["issued_to", "received"],
        "delivery_withdrawals": [],
        "evaluations": ["own"],
        "handling_events": ["own", "acted", "came_down"],
        "leader_assignments": ["own"],
        "name_mappings": [],
        "petition_register": ["own", "received"],
    }


def _own(tmp_path: Path, may_tell: str):
    (tmp_path / "own.odcs.yml").write_text(
        f"""
apiVersion: v3.2.0
kind: DataContract
id: own
version: 1.0.0
status: active
schema:
  - name: own
    logicalType: object
    customProperties:
      - {{property: extends, value: petition_register}}
      - {{property: may_tell, value: {may_tell}}}
    properties:
      - {{name: item_no, businessName: 案号, logicalType: string}}
      - {{name: registered_at, businessName: 立案时间, logicalType: timestamp}}
""",
        "utf-8",
    )
    return load_contracts(tmp_path)[-1]


def test_a_home_s_contract_may_say_otherwise(tmp_path):
    assert _own(tmp_path, "not_judged").may_tell == {}
    assert [*_own(tmp_path, "{own: register_org_code}").may_tell] == ["own"]


@pytest.mark.parametrize(
    "said", ["{own: item_no}", "{own: colour}", "own", "{x: {above: problem_region_code}}"]
)
def test_a_relation_without_a_column_that_shows_it_is_refused(tmp_path, said):
    with pytest.raises(ContractError, match="may_tell.*请"):
        _own(tmp_path, said)
