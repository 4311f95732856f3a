"""Files that cannot be taken: each is refused by name, in Chinese, and says what to do."""

import io
import random
import struct
import zipfile

import msoffcrypto.format.ooxml
import pytest

from ingestion import archive
from tests.door_files import (
    EVENTS,
    HEADERS,
    examine,
    problems_of,
    row,
    rows_of,
    text,
    the_problem,
    xls,
    xlsx,
)

TABLE = [HEADERS, *(row(i) for i in range(40))]


def _refused(path, code, **given):
    result = examine(path, **given)
    assert result.refused
    assert not result.ledgers
    return the_problem(result, code)


def test_an_encrypted_workbook(tmp_path):
    plain = xlsx(tmp_path / "plain.xlsx", TABLE)
    locked = tmp_path / "locked.xlsx"
    with plain.open("rb") as source, locked.open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("口令", target)
    assert _refused(locked, "encrypted") == (None, None, None)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_truncated_workbooks(tmp_path, share):
    whole = xlsx(tmp_path / "a.xlsx", TABLE).read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole[: int(len(whole) * share)])
    assert _refused(cut, "truncated") == (None, None, None)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_truncated_old_workbooks(tmp_path, share):
    whole = xls(tmp_path / "a.xls", TABLE).read_bytes()
    cut = tmp_path / "cut.xls"
    cut.write_bytes(whole[: int(len(whole) * share)])
    result = examine(cut)
    assert result.refused
    assert result.problems[0].code in ("truncated", "unreadable", "unknown_format")


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_damaged_bytes_never_raise(tmp_path, kind):
    whole = {"xlsx": xlsx, "xls": xls}[kind](tmp_path / f"a.{kind}", TABLE).read_bytes()
    chance = random.Random(7)
    for number in range(30):
        damaged = bytearray(whole)
        for _ in range(20):
            damaged[chance.randrange(8, len(whole))] = chance.randrange(256)
        path = tmp_path / f"d{number}.{kind}"
        path.write_bytes(damaged)
        examine(path)


def test_a_zip_that_is_no_workbook(tmp_path):
    for name in ("word/document.xml", "content.xml"):
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w") as target:
            target.writestr(name, "<a/>")
        assert _refused(path, "unknown_format") == (None, None, None)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"%PDF-1.7\n" + b"x" * 2000),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n" + b"x" * 2000),
        ("a.xls", b"<html><table></table></html>" + b" " * 2000),
    ],
)
def test_no_workbook_at_all(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert _refused(path, "unknown_format") == (None, None, None)


def _bomb(path, size):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/workbook.xml", "<workbook/>")
        with target.open("xl/worksheets/sheet1.xml", "w") as entry:
            for _ in range(size // 2**20):
                entry.write(b" " * 2**20)
    return path


def test_a_zip_bomb(tmp_path):
    assert _refused(_bomb(tmp_path / "a.xlsx", 100 * 2**20), "zip_bomb") == (None, None, None)


def test_a_zip_bomb_that_lies_about_its_size(tmp_path):
    path = _bomb(tmp_path / "a.xlsx", 100 * 2**20)
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"PK\x01\x02")
    assert struct.unpack_from("<I", raw, at + 24) == (100 * 2**20,)
    struct.pack_into("<I", raw, at + 24, 1000)
    path.write_bytes(raw)
    assert sum(e.file_size for e in zipfile.ZipFile(path).infolist()) < 2000
    assert _refused(path, "zip_bomb") == (None, None, None)


def test_two_cells_at_two_corners(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", TABLE)
    with zipfile.ZipFile(path) as source:
        parts = {n: source.read(n) for n in source.namelist()}
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", far)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    assert _refused(path, "too_wide") == (None, None, None)


def test_a_text_row_of_a_million_cells(tmp_path):
    table = [HEADERS, *(row(i) for i in range(2000)), [*row(2001), *[""] * 10**6]]
    assert examine(text(tmp_path / "a.csv", table)).receipt.loaded == 2001


def test_empty_files(tmp_path):
    path = tmp_path / "a.csv"
    for content in (b"", b"\r\n \r\n", b"\xef\xbb\xbf"):
        path.write_bytes(content)
        assert _refused(path, "empty_file") == (None, None, None)
    assert _refused(xlsx(tmp_path / "b.xlsx", []), "no_data") == (1, None, None)


def test_a_wrong_encoding(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("信访件编号,登记时间\n".encode() + b"\xff\xff\x80\x00\xff\n")
    assert _refused(path, "wrong_encoding") == (None, None, None)


def test_a_link_is_not_followed(tmp_path):
    link = tmp_path / "link.csv"
    link.symlink_to(text(tmp_path / "a.csv", TABLE))
    assert _refused(link, "not_a_file") == (None, None, None)
    assert examine(link).sha256 is None


def test_headers_only_is_a_nil_return(tmp_path):
    result = examine(text(tmp_path / "a.csv", [HEADERS]))
    assert the_problem(result, "nil_return") == (1, None, None)
    assert not result.refused
    assert (result.receipt.read, len(result.ledgers)) == (0, 1)


def test_a_missing_required_header_names_the_nearest_contract(tmp_path):
    table = [["信访件编号", "信访形式", "问题属地"], ["A1", "来信", "甲一县"]]
    result = examine(text(tmp_path / "a.csv", table))
    assert the_problem(result, "no_header") == (1, None, None)
    said = result.problems[0].text()
    assert "《信访登记台账》" in said
    assert "登记时间" in said


def test_unknown_absent_and_unnamed_columns_are_told(tmp_path):
    table = [[*HEADERS, "我的列", ""], [*row(1), "甲", "乙"]]
    result = examine(text(tmp_path / "a.csv", table))
    assert the_problem(result, "unknown_header") == (1, 1, 7)
    assert the_problem(result, "unnamed_column") == (1, 1, 8)
    assert "办结时间" in problems_of(result, "missing_column")[0].text()
    assert result.receipt.loaded == 1


def test_duplicate_headers(tmp_path):
    table = [["台账"], [*HEADERS, "登记时间"], [*row(1), "2025-04-09"]]
    assert _refused(xlsx(tmp_path / "a.xlsx", table), "duplicate_header") == (1, 2, 7)


def test_formulas_that_were_never_calculated(tmp_path):
    table = [HEADERS, *(row(i, "=TODAY()") for i in range(3))]
    path = xlsx(tmp_path / "a.xlsx", [["说明"], ["无"]], table)
    assert _refused(path, "formula_without_value") == (2, None, 2)


def test_formulas_are_looked_for_in_the_workbook_s_own_order(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", TABLE, [HEADERS, row(1, "=TODAY()")])
    assert archive.columns_with_uncached_formulas(path, 1) == {}
    assert archive.columns_with_uncached_formulas(path, 2) == {2: True}
    assert archive.columns_with_uncached_formulas(path, 3) == {}


def test_two_contracts_that_both_fit(tmp_path):
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    for name in ("town_a", "town_b"):
        (contracts / f"{name}.odcs.yml").write_text(_own_ledger(name), "utf-8")
    path = text(tmp_path / "a.csv", [["编码", "时刻"], ["A1", "2025-04-08"]])
    assert _refused(path, "two_contracts", contracts=contracts) == (1, None, None)
    (problem,) = problems_of(examine(path, None, contracts), "two_contracts")
    assert "town_a" in problem.text() and "town_b" in problem.text()
    result = examine(path, "town_b", contracts)
    assert [r.contract.id for r in result.ledgers] == ["town_b"]
    result = examine(path, "二月", contracts)
    assert the_problem(result, "unknown_ledger")[0] == 1


def _own_ledger(name):
    return f"""
apiVersion: v3.2.0
kind: DataContract
id: {name}
version: 1.0.0
status: active
schema:
  - name: {name}
    logicalType: object
    customProperties: [{{property: told, value: append}}]
    properties:
      - {{name: code, businessName: 编码, logicalType: string, required: true}}
      - {{name: at, businessName: 时刻, logicalType: timestamp, required: true}}
"""


def test_the_folder_says_which_ledger(tmp_path):
    path = text(tmp_path / "a.csv", TABLE)
    assert examine(path, "petition_register").receipt.loaded == 40
    result = examine(path, "handling_events")
    assert the_problem(result, "no_header") == (1, None, None)
    assert "《办理流转台账》" in result.problems[0].text()


def test_quotes_that_never_close(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",".join(EVENTS) + '\nA1,1,"转送,2025-04-09\nA2,1,转送,2025-04-09\n', "utf-8")
    result = examine(path)
    assert the_problem(result, "ragged") == (1, 2, None)
    assert rows_of(result, "handling_events") == []


def test_a_stream_of_nothing_but_marks(tmp_path):
    for content in (b"PK", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", io.BytesIO().read()):
        path = tmp_path / "a.xlsx"
        path.write_bytes(content)
        assert examine(path).refused
