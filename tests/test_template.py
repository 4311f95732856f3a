"""Templates: every ledger has one, and what is filled into it as it is told goes through the door."""

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ingestion import door, template, template_book
from ingestion.contract import Contract, load_contracts
from ingestion.fields import refused_class
from ingestion.header import GUIDE, find_header
from ingestion.mapping import References
from ingestion.problems import Refused
from ingestion.reading import read_sheets
from ingestion.rows import Context
from ingestion.text import plain
from tests.conftest import ROOT
from tests.door_files import examine, keyed, the_problem
from tests.template_files import FORM, column_styles, fill, good_rows, part

SHIPPED = load_contracts()
EXAMPLES = [
    (folder, load_contracts(folder)[-1]) for folder in sorted((ROOT / "docs/examples").glob("*/contracts"))
]  # fmt: skip
EVERY = [(None, contract) for contract in SHIPPED] + EXAMPLES
every_contract = pytest.mark.parametrize(
    ("folder", "contract"), EVERY, ids=[contract.id for _, contract in EVERY]
)
ODD = """
apiVersion: v3.2.0
kind: DataContract
id: odd
version: 1.0.0
status: active
schema:
  - name: odd
    businessName: "=1+1[旧/新]"
    logicalType: object
    customProperties: [{property: told, value: snapshot}]
    properties:
      - {name: odd_no, businessName: "=HYPERLINK(A1)", logicalType: string, required: true}
      - name: odd_code
        businessName: "+种类"
        logicalType: string
        enum: [{value: a, label: "=cmd|' /C calc'!A0"}, {value: b, label: "@乙"}]
"""


def judged() -> Context:
    """Return an office that may tell every ledger: with a key, and deliveries of its own."""
    return keyed(own_deliveries=frozenset(range(1, 50)))


def written(folder: Path, contract: Contract, references: References | None = None) -> Path:
    path = folder / f"{contract.id}.xlsx"
    path.write_bytes(template_book.workbook(contract, references or judged().references))
    return path


@every_contract
def test_an_empty_template_is_a_nil_return_of_its_ledger(tmp_path, folder, contract):
    result = examine(written(tmp_path, contract), contracts=folder, judged=judged())
    assert [rows.contract.id for rows in result.ledgers] == [contract.id]
    assert result.ledgers[0].nil
    assert the_problem(result, "nil_return") == (1, None, None)
    assert len(result.problems) == 1, "neither the second sheet nor a column gives rise to a word"


@every_contract
def test_a_filled_template_is_loaded_whole(tmp_path, folder, contract):
    rows, told = good_rows(contract)
    path = fill(written(tmp_path, contract), rows)
    result = examine(path, contracts=folder, judged=judged())
    assert result.problems == []
    assert [ledger.contract.id for ledger in result.ledgers] == [contract.id]
    (ledger,) = result.ledgers
    assert (ledger.receipt.loaded, ledger.receipt.unmapped) == (len(rows), 0)
    loaded = ledger.rows.to_pylist()
    assert [
        {name: row[name] for name in known} for row, known in zip(loaded, told, strict=True)
    ] == told
    filled = {name for known in told for name in known}
    asked = {
        f.name for f in contract.kept if f.headers and f.constant is None and f.role != "stand_in"
    }
    assert filled == asked, "every column that the ledger keeps can be told"


@every_contract
def test_every_example_of_the_guide_is_taken(tmp_path, folder, contract):
    references = References.load(None)
    judging = replace(references, key=keyed().references.key, kept_by_place={})
    office = Context(
        "central-bureau", "000000000000", datetime(2026, 1, 1), judging, frozenset({1})
    )
    cells = {c.header: template.example(c, references) for c in template.columns(contract)}
    guide = dict(zip(cells, template.table(contract, references), strict=True))
    assert all(f"{shown}" in f"{guide[header]}" for header, shown in cells.items())
    hot = [c.header for c in template.columns(contract) if c.tick][1:]
    row = [None if header in hot else shown for header, shown in cells.items()]
    result = examine(
        fill(written(tmp_path, contract, references), [row]), contracts=folder, judged=office
    )
    assert result.problems == []
    assert (result.receipt.loaded, result.receipt.unmapped) == (1, 0)


@every_contract
def test_the_guide_is_no_ledger_even_under_another_name(tmp_path, folder, contract):
    sheet = read_sheets(written(tmp_path, contract))[1]
    assert sheet.name == GUIDE
    told = {cell for row in sheet.rows for cell in row if cell}
    for column in template.columns(contract):
        assert f"「{column.header}」" in told
    for alone in load_contracts(folder):
        with pytest.raises(Refused) as refusal:
            find_header(sheet, [alone])
        assert refusal.value.problem.code == "no_header"


@every_contract
def test_what_is_asked_for_is_marked_and_nothing_of_persons_is(tmp_path, folder, contract):
    listed = template.columns(contract)
    sheet = part(written(tmp_path, contract), FORM)
    styles = re.findall(r'<c r="[A-Z]+1" s="(\d+)"', sheet)
    must = {s for s, c in zip(styles, listed, strict=True) if c.required}
    may = {s for s, c in zip(styles, listed, strict=True) if not c.required}
    assert len(must) == 1 and must.isdisjoint(may)
    assert not [c.header for c in listed if c.field.dropped or refused_class(plain(c.header))]
    guide = " ".join(text for _, text in template.facts(contract))
    for field in contract.fields:
        assert not field.dropped or f"「{field.label}」" in guide
    assert "姓名" in guide and "零报" in guide


def test_words_to_choose_from_are_lists_in_the_sheet(tmp_path):
    register = next(c for c in SHIPPED if c.id == "petition_register")
    sheet = part(written(tmp_path, register), FORM)
    assert '"来信,来访,网信,来电,传真,其他"' in sheet
    assert '"是,否"' in sheet
    assert sheet.count('type="date"') == 5
    assert 'errorStyle="stop"' not in sheet, "the door knows more words than the list"


def test_cells_have_the_format_of_their_column(tmp_path):
    register = next(c for c in SHIPPED if c.id == "petition_register")
    path = written(tmp_path, register)
    styles = part(path, "xl/styles.xml")
    shown = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"', styles))
    cells = re.findall(r'<xf numFmtId="(\d+)"', styles.split("<cellXfs")[1])
    formats = [
        shown.get(cells[int(style)], cells[int(style)]) for style in column_styles(part(path, FORM))
    ]
    by_header = dict(zip([c.header for c in template.columns(register)], formats, strict=True))
    assert by_header["信访件编号"] == by_header["信访形式"] == "49", "text: zeros in front stay"
    assert by_header["登记时间"] == "yyyy-mm-dd hh:mm" and by_header["信访日期"] == "yyyy-mm-dd"
    assert by_header["信访人数"] == "1", "whole numbers"


def test_how_a_ledger_is_told_is_said_in_plain_words():
    said = {c.id: dict(template.facts(c)) for c in SHIPPED}
    assert "「批次编号」相同的全部行" in said["backlog_cases"]["怎样报"]
    assert "视为撤回" in said["backlog_cases"]["怎样报"]
    assert "就是改正" in said["petition_register"]["怎样报"]
    assert "只增" in said["handling_events"]["怎样报"]
    assert "「属地」在本单位辖区内" in said["backlog_cases"]["谁可以报"]
    assert "上级的信访部门" in said["handling_events"]["谁可以报"]
    assert said["name_mappings"]["谁可以报"] == "不判断。"
    fixed = dict(template.facts(next(c for _, c in EXAMPLES if c.id == "message_reply")))
    assert fixed["固定的值"] == "信访形式：网信；问题属地：报送单位所在地区"


def test_the_same_contract_gives_the_same_bytes():
    contract, references = SHIPPED[0], judged().references
    made = [template_book.workbook(contract, references) for _ in range(2)]
    assert made[0] == made[1]


def test_no_text_of_a_contract_becomes_a_formula(tmp_path):
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "odd.odcs.yml").write_text(ODD, "utf-8")
    odd = load_contracts(tmp_path / "contracts")[-1]
    path = written(tmp_path, odd)
    for name in (FORM, "xl/worksheets/sheet2.xml"):
        assert not re.search(r"<f[\s>]", part(path, name))
    fill(path, [["A-1", "@乙"]])
    result = examine(path, contracts=tmp_path / "contracts", judged=judged())
    assert [(r.contract.id, r.rows["odd_code"].to_pylist()) for r in result.ledgers] == [
        ("odd", ["b"])
    ]
    assert result.problems == [], "the guide of a ledger of one required column is not that ledger"


def test_a_template_of_a_ledger_that_is_not_known_is_refused_for_its_own_sheet(tmp_path):
    contract = SHIPPED[0]
    path = written(tmp_path, contract)
    result = door.examine(path, [c for c in SHIPPED if c.id != contract.id], judged())
    assert the_problem(result, "no_header") == (1, None, None)
    assert len(result.problems) == 1


class TestCommand:
    def test_lists_every_ledger(self, tmp_path, petition):
        home = ("--home", str(ROOT / "docs/examples/tipdm"))
        found = json.loads(petition("template", "--json", *home).stdout)["ledgers"]
        assert len(found) == len(SHIPPED) + 1
        assert found[-1]["label"] == "留言与答复台账" and found[-1]["ledger"] == "petition_register"
        shown = petition("template", *home).stdout
        assert "《积案台账》" in shown and "批次编号、积案编号" in shown

    def test_writes_one_that_check_takes_and_overwrites_nothing(self, tmp_path, petition):
        asked = (
            "template",
            "积案台账",
            "--out",
            str(tmp_path / "积案.xlsx"),
            "--home",
            str(tmp_path),
        )
        done = petition(*asked, "--json")
        (told,) = json.loads(done.stdout)["written"]
        assert told["ledger"] == "backlog_cases" and told["columns"][0]["header"] == "批次编号"
        assert petition("check", told["file"], "--home", str(tmp_path)).returncode == 0
        (tmp_path / "积案.xlsx").write_bytes(b"mine")
        again = petition(*asked)
        assert again.returncode == 1 and "--force" in again.stderr
        assert (tmp_path / "积案.xlsx").read_bytes() == b"mine"
        assert petition(*asked, "--force").returncode == 0
        assert (tmp_path / "积案.xlsx").read_bytes()[:2] == b"PK"
        assert [p.name for p in tmp_path.iterdir()] == ["积案.xlsx"]

    def test_writes_all_or_none(self, tmp_path, petition):
        folder, home = tmp_path / "模板", ("--home", str(tmp_path))
        done = petition("template", "--all", "--out", str(folder), *home)
        assert done.returncode == 0, done.stderr
        made = sorted(folder.iterdir())
        assert len(made) == len(SHIPPED)
        for path in made[1:]:
            path.unlink()
        again = petition("template", "--all", "--out", str(folder), *home)
        assert again.returncode == 1 and "--force" in again.stderr
        assert [*folder.iterdir()] == made[:1]

    def test_an_unknown_ledger_names_the_nearest(self, tmp_path, petition):
        for asked, near in (("backlog_case", "backlog_cases"), ("领导接访", "《领导接访台账》")):
            done = petition("template", asked, "--home", str(tmp_path))
            assert done.returncode == 1 and "Traceback" not in done.stderr
            assert near in done.stderr and asked in done.stderr

    def test_an_empty_ledger_is_not_put_where_deliveries_are_taken(self, tmp_path, petition):
        landing = tmp_path / "landing" / "980101-xf"
        landing.mkdir(parents=True)
        for asked in (("--all",), ("petition_register",)):
            done = petition("template", *asked, "--out", str(landing), "--home", str(tmp_path))
            assert done.returncode == 1 and "零报" in done.stderr
        assert [*landing.iterdir()] == []

    @pytest.mark.parametrize("asked", [("--all",), ("x", "--all", "--out", "y"), ("--out", "y")])
    def test_words_that_do_not_go_together(self, tmp_path, petition, asked):
        done = petition("template", *asked, "--home", str(tmp_path))
        assert done.returncode == 64 and "LEDGER" in done.stderr

    def test_a_place_that_is_not_there(self, tmp_path, petition):
        asked = ("template", "petition_register", "--home", str(tmp_path), "--out")
        for out, said in (("无/a.xlsx", "目录"), ("a.csv", ".xlsx")):
            done = petition(*asked, str(tmp_path / out))
            assert done.returncode == 1 and said in done.stderr
