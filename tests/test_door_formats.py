"""The door reads what offices send: containers, encodings, titles, merged headers, dates."""

from datetime import date, datetime

import pytest
import xlsxwriter

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

TABLE = [HEADERS, row(1), row(2)]
NOON = datetime(2019, 1, 8, 9, 32, 33)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "csv", "tsv"])
def test_every_container_gives_the_same_rows(tmp_path, kind):
    path = tmp_path / f"台账.{kind}"
    if kind in ("xlsx", "xls"):
        {"xlsx": xlsx, "xls": xls}[kind](path, TABLE)
    else:
        text(path, TABLE, separator="\t" if kind == "tsv" else ",")
    result = examine(path)
    assert not result.refused
    assert [r["item_no"] for r in rows_of(result)] == ["A1", "A2"]
    first = rows_of(result)[0]
    assert (first["_sheet_no"], first["_row_no"]) == (1, 2)
    assert first["registered_at"] == datetime(2025, 4, 8)
    assert first["channel_code"] == "letter"
    assert first["problem_region_code"] == "980101000000"
    assert first["unit_org_code"] == first["register_org_code"] == "980101-xf"
    assert first["person_count"] == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_encoding(tmp_path, encoding):
    result = examine(text(tmp_path / "a.csv", TABLE, encoding))
    assert result.receipt.loaded == 2
    assert not problems_of(result, "unmapped")


def test_gb18030_beyond_the_basic_plane(tmp_path):
    path = text(tmp_path / "a.csv", [[*HEADERS, "备考𠮷"], [*row(1), "𠮷"]], "gb18030")
    assert the_problem(examine(path), "unknown_header") == (1, 1, 7)
    assert problems_of(examine(path), "unknown_header")[0].shown == "备考𠮷"


def test_separators_are_found(tmp_path):
    for separator in ";|\t":
        assert examine(text(tmp_path / "a.csv", TABLE, separator=separator)).receipt.loaded == 2


def test_sheets_of_several_ledgers_and_of_none(tmp_path):
    events = [EVENTS, ["A1", 1, "转送", "2025-04-09"]]
    path = xlsx(tmp_path / "a.xlsx", TABLE, [], events, [["说明", "填报"], ["甲", "乙"]], TABLE[:1])
    result = examine(path)
    assert {r.contract.ledger for r in result.ledgers} == {"petition_register", "handling_events"}
    assert rows_of(result, "handling_events")[0]["_sheet_no"] == 3
    assert the_problem(result, "sheet_not_taken")[0] == 4
    assert the_problem(result, "nil_return")[0] == 5


def test_titles_totals_and_blanks_keep_row_numbers(tmp_path):
    blank, spaces = [""] * 6, [" ", "\u3000", "", "", "", ""]
    titles = [
        ["信访登记台账", *[""] * 5],
        ["填报单位：甲一县信访局", "2025年4月", *[""] * 4],
        blank,
    ]
    totals = [["合计", "", "", "", "", 4], ["合 计：4 件", *[""] * 5], ["小计（件）", *[""] * 5]]
    table = [*titles, HEADERS, row(1), blank, spaces, row(2), *totals, row(3, "2025-02-30")]
    result = examine(text(tmp_path / "a.csv", table))
    assert [r["_row_no"] for r in rows_of(result)] == [5, 8]
    assert (result.receipt.read, result.receipt.blank, result.receipt.total_rows) == (3, 2, 3)
    assert the_problem(result, "bad_date") == (1, 12, 2)


def test_a_row_that_only_begins_like_a_total_is_data(tmp_path):
    headers = ["信访标题", *HEADERS]
    table = [headers, ["小计划生育政策咨询", *row(1)], ["共计三户的补偿款", *row(2)]]
    result = examine(text(tmp_path / "a.csv", table))
    assert (result.receipt.loaded, result.receipt.total_rows) == (2, 0)


def test_two_row_merged_headers(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.merge_range(0, 0, 0, 3, "信访登记台账")
    page.merge_range(1, 0, 2, 0, "信访件编号")
    page.merge_range(1, 1, 1, 2, "登记情况")
    page.write_row(2, 1, ["登记时间", "登记方式"])
    page.merge_range(1, 3, 2, 3, "信访人姓名")
    page.write_row(3, 0, ["A1", "2025-04-08", "来访", "某某"])
    book.close()
    result = examine(path)
    assert (rows_of(result)[0]["channel_code"], rows_of(result)[0]["_row_no"]) == ("visit", 4)
    assert the_problem(result, "identity_dropped") == (1, 3, 4)


def test_a_first_row_of_numbers_is_no_second_header(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", [["信访件编号", "登记时间", "x"], [1001, 45755, "责任单位"]])
    assert rows_of(examine(path))[0]["item_no"] == "1001"


@pytest.mark.slow
def test_half_a_million_styled_blank_rows(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page, box = book.add_worksheet(), book.add_format({"border": 1})
    page.write_row(0, 0, HEADERS)
    page.write_row(1, 0, row(1))
    for line in range(2, 500_002):
        page.write_blank(line, 0, None, box)
        page.write_blank(line, 1, None, box)
    book.close()
    result = examine(path)
    assert (result.receipt.read, result.receipt.loaded) == (1, 1)


def test_full_width_digits_and_spaces(tmp_path):
    cells = {"信访件编号": "　Ａ２０２５－１ ", "信访形式": "来 信", "信访人数": "１２"}
    path = text(tmp_path / "a.csv", [HEADERS, row(at="２０２５年４月８日　９：３０", **cells)])
    found = rows_of(examine(path))[0]
    assert (found["item_no"], found["channel_code"]) == ("A2025-1", "letter")
    assert found["person_count"] == 12
    assert found["registered_at"] == datetime(2025, 4, 8, 9, 30)


SPELLINGS = [
    ("2019/1/8 9:32:33", NOON),
    ("2019-01-08 09:32:33", NOON),
    ("2019-01-08", datetime(2019, 1, 8)),
    ("2019年1月8日", datetime(2019, 1, 8)),
    ("2019年1月8日9时32分", datetime(2019, 1, 8, 9, 32)),
    ("2019年01月08日 9时", datetime(2019, 1, 8, 9)),
    ("20190108", datetime(2019, 1, 8)),
    ("20190108093233", NOON),
    ("2019.1.8", datetime(2019, 1, 8)),
    ("2019-01-08T09:32:33", NOON),
    ("2019-01-08T09:32:33.123", NOON),
    ("2019-01-08T01:32:33Z", NOON),
    ("2019-01-08T09:32:33+08:00", NOON),
    (NOON, NOON),
    (date(2019, 1, 8), datetime(2019, 1, 8)),
    (43473, datetime(2019, 1, 8)),
    (43473.39760416667, NOON),
]


@pytest.mark.parametrize(("cell", "moment"), SPELLINGS)
def test_dates_alone_in_a_column(tmp_path, cell, moment):
    result = examine(xlsx(tmp_path / "a.xlsx", [HEADERS, row(1, cell)]))
    assert rows_of(result)[0]["registered_at"] == moment


def test_dates_mixed_in_one_column(tmp_path):
    table = [HEADERS, *(row(i, cell) for i, (cell, _) in enumerate(SPELLINGS))]
    table += [row(97, "2025-13-45"), row(98, "二〇二五年某日")]
    for path in (xlsx(tmp_path / "a.xlsx", table), xls(tmp_path / "a.xls", table)):
        result = examine(path)
        assert [r["registered_at"] for r in rows_of(result)] == [m for _, m in SPELLINGS]
        places = [(p.row_no, p.column_no) for p in problems_of(result, "bad_date")]
        assert places == [(len(SPELLINGS) + 2, 2), (len(SPELLINGS) + 3, 2)]


def test_a_time_without_a_date_is_no_date(tmp_path):
    result = examine(xlsx(tmp_path / "a.xlsx", [HEADERS, row(1, NOON.time()), row(2, NOON)]))
    assert the_problem(result, "bad_date") == (1, 2, 2)


def test_numbers_that_a_workbook_could_not_hold_are_told(tmp_path):
    """A number of 17 digits has lost some: it is no item number any more."""
    cells = [{"信访件编号": 2025040800012345678}, {"信访件编号": 1e300}, {"信访件编号": 2025.0}]
    table = [HEADERS, *(row(**c) for c in cells)]
    result = examine(xlsx(tmp_path / "a.xlsx", table))
    assert [r["item_no"] for r in rows_of(result)] == ["2025"]
    assert [p.row_no for p in problems_of(result, "bad_code")] == [2, 3]
