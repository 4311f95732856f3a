"""Rows that cannot be loaded: each is told with its place, and never with its value."""

import json

import pytest

from tests.door_files import (
    EVENTS,
    HEADERS,
    examine,
    problems_of,
    resident_number,
    row,
    rows_of,
    text,
    the_problem,
    xlsx,
)


def _one(tmp_path, *rows, headers=HEADERS):
    return examine(text(tmp_path / "a.csv", [headers, *rows]))


@pytest.mark.parametrize(
    "cell",
    ["2025-13-45", "2025-02-30", "1900-01-01", "2999-01-01", "二〇二五年某日", "2025-04-08 25:00",
     "2025", "3", "1e9", "inf", "2025-4", "０", "99999999"],
)  # fmt: skip
def test_impossible_dates(tmp_path, cell):
    result = _one(tmp_path, row(1), row(2, cell))
    assert the_problem(result, "bad_date") == (1, 3, 2)
    assert (result.receipt.loaded, result.receipt.quarantined) == (1, 1)
    assert not problems_of(result, "required_missing")


def test_future_dates(tmp_path):
    result = _one(tmp_path, row(1, "2025-06-01 23:00"), row(2, "2025-06-03"))
    assert the_problem(result, "future_date") == (1, 3, 2)
    assert result.receipt.loaded == 1


def test_a_missing_required_cell(tmp_path):
    for cell in ("", "  ", "-", "——", "NULL", "N/A"):
        result = _one(tmp_path, row(1, cell), row(2))
        assert the_problem(result, "required_missing") == (1, 2, 2)


@pytest.mark.parametrize("cell", ["三", "-1", "1.5", "100000", "1e400", "nan人", "0x10", "1_000"])
def test_wrong_types(tmp_path, cell):
    result = _one(tmp_path, row(1, 信访人数=cell), row(2))
    assert the_problem(result, "wrong_type") == (1, 2, 6)
    assert result.receipt.loaded == 1


def test_bad_item_numbers(tmp_path):
    cells = ["A 1", "编号一", "A1'; drop table", "=1+1", "x" * 39, "../x\x00"]
    result = _one(tmp_path, *(row(**{"信访件编号": cell}) for cell in cells[:5]))
    assert [(p.row_no, p.column_no) for p in problems_of(result, "bad_code")] == [
        (i, 1) for i in range(2, 7)
    ]


def test_unknown_names_and_words_are_kept_as_unmapped(tmp_path):
    cells = {"信访形式": "飞鸽", "问题属地": "乌有县", "责任单位": "乌有局"}
    result = _one(tmp_path, row(1, **cells), row(2))
    places = {(p.row_no, p.column_no) for p in problems_of(result, "unmapped")}
    assert places == {(2, 3), (2, 4), (2, 5)}
    assert (result.receipt.loaded, result.receipt.unmapped) == (2, 1)
    first = rows_of(result)[0]
    assert first["channel_code"] == "unmapped"
    assert first["problem_region_code"].startswith("unmapped:")
    assert "乌有" not in str(rows_of(result))


@pytest.mark.parametrize("given", ["980101", "980101000", "980101000000", "９８０１０１", 980101.0])
def test_region_codes_are_padded_to_12_digits(tmp_path, given):
    result = examine(xlsx(tmp_path / "a.xlsx", [HEADERS, row(1, 问题属地=given)]))
    assert rows_of(result)[0]["problem_region_code"] == "980101000000"


def test_a_region_code_of_no_known_length_is_no_code(tmp_path):
    result = _one(tmp_path, row(1, 问题属地="98010"), row(2, 问题属地="980101009"))
    assert [p.count for p in problems_of(result, "unmapped")] == [2]


def test_unknown_words_in_a_key_are_quarantined(tmp_path):
    headers = ["信访件编号", "评价对象", "是否可以评价"]
    result = _one(tmp_path, ["A1", "责任单位", "是"], ["A1", "路人", "是"], headers=headers)
    assert the_problem(result, "unknown_code") == (1, 3, 2)
    result = _one(tmp_path, [*row(1), "乌有局"], [*row(2), ""], headers=[*HEADERS, "登记机构"])
    assert the_problem(result, "unknown_code") == (1, 2, 7)
    assert result.receipt.loaded == 1


@pytest.mark.parametrize("form", ["{}", "XF{}", "{}-1", "2-{}/3"])
@pytest.mark.parametrize("kind", ["mobile", "spaced", "abroad", "resident"])
@pytest.mark.parametrize(("header", "column"), [("信访件编号", 1), ("责任单位", 5)])
def test_a_person_s_number_in_a_code_column(tmp_path, kind, form, header, column):
    number = {
        "mobile": "13900001111",
        "spaced": "139-0000-1111",
        "abroad": "8613900001111",
        "resident": resident_number(),
    }[kind]
    result = _one(tmp_path, row(1, **{header: form.format(number)}), row(2))
    assert the_problem(result, "identity_suspected") == (1, 2, column)
    assert (result.receipt.loaded, result.receipt.quarantined) == (1, 1)
    said = [json.dumps(p.stored(), ensure_ascii=False) + p.text() for p in result.problems]
    tables = [str(t.to_pylist()) for r in result.ledgers for t in (r.rows, r.quarantine)]
    assert number not in "".join([*said, *tables])


def test_a_number_whose_checksum_fails_is_only_a_number(tmp_path):
    number = resident_number()
    other = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert _one(tmp_path, row(**{"信访件编号": other})).receipt.loaded == 1


@pytest.mark.parametrize("number", ["LX{}5", "{}00012", "1{}", "0{}"])
def test_a_longer_run_of_digits_is_only_a_number(tmp_path, number):
    """The standard's own numbers have 19 digits after the channel: a part of them is no person."""
    for inner in (resident_number().replace("X", "1"), "13900001111"):
        assert _one(tmp_path, row(**{"信访件编号": number.format(inner)})).receipt.loaded == 1


def test_ragged_rows(tmp_path):
    short, long, trailing = row(1)[:4], [*row(2), "多"], [*row(3), "", ""]
    result = _one(tmp_path, short, long, trailing, row(4))
    assert [(p.sheet_no, p.row_no) for p in problems_of(result, "ragged")] == [(1, 2), (1, 3)]
    assert [r["item_no"] for r in rows_of(result)] == ["A3", "A4"]


def test_duplicates_and_conflicting_keys(tmp_path):
    result = _one(tmp_path, row(1), row(1), row(2), row(2, "2025-04-09"), row(2), row(3))
    receipt = result.receipt
    assert (receipt.read, receipt.loaded, receipt.duplicate, receipt.quarantined) == (6, 2, 1, 3)
    places = [(p.row_no, p.column_no) for p in problems_of(result, "conflicting_key")]
    assert places == [(4, 1), (5, 1), (6, 1)]


def test_two_sheets_are_judged_as_one(tmp_path):
    sheets = [HEADERS, row(1), row(2), row(4), row(4, "2025-04-10")]
    again = [HEADERS, row(1), row(2, "2025-04-09"), row(3), row(4)]
    result = examine(xlsx(tmp_path / "a.xlsx", sheets, again))
    receipt = result.receipt
    assert (receipt.read, receipt.loaded, receipt.duplicate, receipt.quarantined) == (8, 2, 1, 5)
    clash = [(p.sheet_no, p.row_no) for p in problems_of(result, "conflicting_key")]
    assert clash == [(1, 3), (1, 4), (1, 5), (2, 3), (2, 5)]


def test_unmapped_rows_that_are_not_loaded_do_not_count(tmp_path):
    odd = {"责任单位": "乌有局"}
    path = xlsx(tmp_path / "a.xlsx", [HEADERS, row(1, **odd)], [HEADERS, row(1, "2025-04-09")])
    receipt = examine(path).receipt
    assert (receipt.loaded, receipt.unmapped, receipt.quarantined) == (0, 0, 2)


def test_a_row_with_two_faults_is_one_quarantined_row(tmp_path):
    result = _one(tmp_path, row("甲", "2025-02-30"), row(2))
    assert (result.receipt.quarantined, result.ledgers[0].quarantine.num_rows) == (1, 2)


def test_many_faults_are_listed_up_to_a_bound_and_counted_in_full(tmp_path):
    result = _one(tmp_path, *(row(i, "2025-02-30") for i in range(300)))
    assert len(problems_of(result, "bad_date")) == 200
    assert (result.receipt.quarantined, result.ledgers[0].quarantine.num_rows) == (300, 300)


def test_ticked_columns_and_composite_regions(tmp_path):
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    (contracts / "own.odcs.yml").write_text(
        """
apiVersion: v3.2.0
kind: DataContract
id: own
version: 1.0.0
status: active
schema:
  - name: own
    logicalType: object
    customProperties: [{property: extends, value: petition_register}]
    properties:
      - {name: item_no, businessName: 案号, logicalType: string}
      - {name: registered_at, businessName: 立案时间, logicalType: timestamp}
      - name: problem_region_code
        logicalType: string
        businessName: 地点
        customProperties: [{property: parts, value: [[所属市], [所属县]]}]
      - name: declared_timeliness_code
        logicalType: string
        businessName: 时效
        customProperties:
          - {property: one_hot, value: {按期: on_time, 提前: on_time, 超期: overdue}}
""",
        "utf-8",
    )
    headers = ["案号", "立案时间", "所属市", "所属县", "按期", "提前", "超期"]
    table = [
        headers,
        ["B1", "2025-04-08", "甲市", "甲二区", "1", "", ""],
        ["B2", "2025-04-08", "甲市", "", "√", "√", "0"],
        ["B3", "2025-04-08", "甲市", "", "1", "", "是"],
        ["B4", "2025-04-08", "", "", "", "", ""],
    ]
    result = examine(text(tmp_path / "a.csv", table), contracts=contracts)
    found = [(r["problem_region_code"], r["declared_timeliness_code"]) for r in rows_of(result)]
    assert found == [("980102000000", "on_time"), ("980100000000", "on_time"), (None, None)]
    assert the_problem(result, "wrong_type")[:2] == (1, 4)


def test_columns_about_persons_are_dropped_with_a_notice(tmp_path):
    headers = [*EVENTS, "信访人姓名", "联系电话", "办理意见", "稳控责任人"]
    result = _one(
        tmp_path, ["A1", 1, "转送", "2025-04-09", "秘甲", "密乙", "蜜丙", "觅丁"], headers=headers
    )
    places = [(p.sheet_no, p.row_no, p.column_no) for p in problems_of(result, "identity_dropped")]
    assert places == [(1, 1, 5), (1, 1, 6), (1, 1, 7)]
    assert the_problem(result, "person_watching") == (1, 1, 8)
    kept = str(result.ledgers[0].rows.to_pylist()) + str([p.stored() for p in result.problems])
    assert not set("秘密蜜觅") & set(kept)
