"""No table breaks the door: rows are conserved whatever the cells hold."""

import csv
import io
import math
import tempfile
from datetime import date, datetime
from pathlib import Path

import numpy as np
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion import periods, rows, values
from ingestion.contract import load_contracts
from ingestion.values import parse_instant
from tests.door_files import examine

HEADERS = {
    c.ledger: [f.label for f in c.fields] + ["我的列", "联系电话", ""] for c in load_contracts()
}
REQUIRED = {c.ledger: [f.label for f in c.fields if f.needs_header] for c in load_contracts()}
WORDS = ["", " ", "合计", "合计：3", "小计划", "来信", "是", "甲一县", "A1", "A2", "Ａ１", "2025-04-08",
         "2025-13-45", "１２", "-", "nan", "inf", "1e999", "45000.5", "20250408", "\u200b", "\x07",
         "13900001111", "2025年4月8日9时", "责任单位", "转送", "=1+1", '"', ",", "\n", "😀", "𠮷"]  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.booleans(),
    st.none(),
    st.dates(date(1900, 1, 2), date(2200, 1, 1)),
    st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1)),
)


@st.composite
def tables(draw):
    """Draw a ledger's table: some headers in any order, perhaps twice, and rows of any cells."""
    ledger = draw(st.sampled_from(sorted(HEADERS)))
    headers = draw(st.lists(st.sampled_from(HEADERS[ledger]), max_size=8))
    if draw(st.integers(0, 9)):
        headers = draw(st.permutations(list(dict.fromkeys([*REQUIRED[ledger], *headers]))))
    good = st.sampled_from(["A1", "2025-04-08", "1", "来信", "转送", "信访部门", "是", "甲一县"])
    width = len(headers)
    rows = draw(st.lists(st.lists(CELLS | good, min_size=width, max_size=width), max_size=6))
    titles = draw(st.lists(st.just(["台账"]), max_size=2))
    return [*titles, headers, *rows, *draw(st.lists(st.sampled_from(rows or [[]]), max_size=2))]


def _csv(path: Path, table: list[list], lengths: list[int]) -> None:
    target = io.StringIO(newline="")
    writer = csv.writer(target, escapechar="\\")
    for i, cells in enumerate(table):
        cut = lengths[i % len(lengths)] if lengths else 0
        writer.writerow([*cells[: len(cells) - max(cut, 0)], *["多"] * max(-cut, 0)])
    path.write_text(target.getvalue(), "utf-8", newline="")


def _xlsx(path: Path, table: list[list]) -> None:
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm:ss"})
    page = book.add_worksheet()
    for r, cells in enumerate(table):
        for c, cell in enumerate(cells):
            if isinstance(cell, str):
                page.write_string(r, c, cell)
            elif isinstance(cell, float) and not math.isfinite(cell):
                page.write_formula(r, c, "=1/0", None, "#DIV/0!")
            elif cell is not None:
                page.write(r, c, cell)
    book.close()


@settings(max_examples=60, deadline=None)
@given(tables(), st.lists(st.sampled_from([0, 0, 0, 1, -1, 3]), max_size=4))
def test_no_text_table_breaks_the_door(table, lengths):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        _csv(path, table, lengths)
        examine(path)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_no_workbook_breaks_the_door(table):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        _xlsx(path, table)
        examine(path)


PATTERNS = ["%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y年%m月%d日%H时%M分%S秒", "%Y.%m.%d %H:%M:%S",
            "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S+08:00"]  # fmt: skip
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2099, 12, 30)).map(
    lambda moment: moment.replace(microsecond=0)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(MOMENTS, st.sampled_from(PATTERNS)), min_size=1, max_size=8))
def test_a_moment_in_any_spelling_comes_back(given_moments):
    cells = np.array([moment.strftime(p) for moment, p in given_moments], object)
    found, bad = parse_instant(cells, "timestamp")
    assert found.to_pylist() == [moment for moment, _ in given_moments]
    assert not bad.any()


@settings(max_examples=60, deadline=None)
@given(st.lists(MOMENTS | st.none(), min_size=1, max_size=8), st.booleans())
def test_a_moment_in_a_cell_or_as_a_serial_comes_back(moments, serial):
    epoch = datetime(1899, 12, 30)
    moments = [m if m is None or m.year > 1954 else m.replace(year=1960) for m in moments]
    cells = np.empty(len(moments), object)
    cells[:] = [m and ((m - epoch).total_seconds() / 86_400 if serial else m) for m in moments]
    found, bad = parse_instant(cells, "timestamp")
    assert found.to_pylist() == moments
    assert not bad.any()
    days, _ = parse_instant(cells, "date")
    assert days.to_pylist() == [m and m.date() for m in moments]


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789 -xX件", max_size=24))
def test_the_quick_look_lets_no_number_of_a_person_pass(text):
    for prefix in ("", "138", "+86 1391", "11010119900307", "3301022001"):
        cell = prefix + text
        if values.ONE_MOBILE.search(cell) or values.ONE_RESIDENT.search(cell):
            assert values.SUSPECT.search(cell)


@settings(max_examples=300, deadline=None)
@given(
    st.text("合总小共累计本月页零报告件 　:：(（35）)。2026年-.0份", max_size=12),
    st.sampled_from(["", "合计", "2026年3月", "202603", "2026-03 份", "零报告", " ", "本月零报"]),
)
def test_the_quick_look_lets_no_total_and_no_nil_row_pass(text, prefix):
    cell = prefix + text
    told = rows.TOTAL.fullmatch(cell) or periods.is_nil_row(cell, [cell, "零报告"])
    if told or not cell.strip():
        assert not cell or rows.UNUSUAL.match(cell)


def test_midnights_are_read_with_other_moments():
    """A workbook's midnight comes as a date among datetimes."""
    cells = np.array([date(2025, 4, 8), datetime(2025, 4, 8, 9, 30, 0, 600_000), None], object)
    found, bad = parse_instant(cells, "timestamp")
    assert found.to_pylist() == [datetime(2025, 4, 8), datetime(2025, 4, 8, 9, 30, 1), None]
    assert not bad.any()
