"""Deliveries in force: the same again, withdrawals, periods, nil returns, historic loads."""

import json

import pytest

from ingestion import in_force, landing, register
from ingestion.periods import declared_month
from ingestion.problems import Problem
from orchestration import checking
from tests.door_files import (
    HEADERS,
    OFFICE,
    examine,
    make_home,
    problems_of,
    row,
    text,
    xlsx,
)

WITHDRAW = ["报送号", "撤回原因", "撤回日期"]
A, B = [HEADERS, row(1)], [HEADERS, row(1, 信访人数=3)]
APRIL, MAY = [HEADERS, row(1, "2025-04-08")], [HEADERS, row(2, "2025-05-09")]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PETITION_CLOCK", "2026-01-10T09:00:00")
    return make_home(tmp_path / "home")


@pytest.fixture
def tell(home):
    """Land one table, take it in, return what became of it."""
    count = iter(range(1, 1000))

    def tell(table, office=OFFICE, name=None, folder=""):
        place = home.landing / office / folder
        place.mkdir(parents=True, exist_ok=True)
        text(place / (name or f"f{next(count)}.csv"), table)
        (taken,) = landing.take_all(home, settle_seconds=0)
        return taken

    return tell


def _codes(taken) -> list[str]:
    return [p.code for p in taken.result.problems if p.code != "missing_column"]


def _sequences(tell, *tables) -> list[int | None]:
    return [tell(table).sequence for table in tables]


def _withdraw(*numbers):
    return [WITHDRAW, *([n, "数据有误", "2026-01-09"] for n in numbers)]


def test_the_same_again_is_a_no_op(tell):
    assert _sequences(tell, A, A) == [1, None]


def test_a_b_a_leaves_a_in_force(tell):
    assert _sequences(tell, A, B, A, A) == [1, 2, 3, None]


def test_another_month_does_not_make_the_same_a_new_delivery(tell):
    assert _sequences(tell, APRIL, MAY, APRIL, MAY) == [1, 2, None, None]


def test_an_overlapping_span_does(tell):
    both = [HEADERS, APRIL[1], MAY[1]]
    assert _sequences(tell, APRIL, both, APRIL) == [1, 2, 3]


def test_a_snapshot_is_judged_by_its_scope(tell):
    headers = ["批次编号", "积案编号", "属地", "办理状态"]
    one, two = ([headers, [batch, "1", "甲一县", "未办结"]] for batch in ("B1", "B2"))
    one_later = [headers, ["B1", "1", "甲一县", "化解"]]
    assert _sequences(tell, one, two, one, one_later, one, two) == [1, 2, None, 3, 4, None]


def test_a_withdrawn_delivery_told_again_is_a_new_one(tell, home):
    assert _sequences(tell, A, _withdraw(1), A, A) == [1, 2, 3, None]
    known = register.entries(home)
    assert in_force.withdrawn(known) == {1}
    assert known[1].ledgers[0]["withdrawn"] == [1]


def test_after_a_withdrawal_the_one_before_is_in_force(tell):
    assert _sequences(tell, A, B, _withdraw(2), A, B) == [1, 2, 3, None, 4]


def test_a_withdrawal_told_again_is_a_no_op(tell):
    assert _sequences(tell, A, _withdraw(1), _withdraw(1)) == [1, 2, None]


@pytest.mark.parametrize(
    "case", ["another office's", "not there", "its own number", "a withdrawal", "refused"]
)
def test_what_may_not_be_withdrawn(tell, home, case):
    tell(A)
    tell(_withdraw(1))
    tell(A, office="980102-xf")
    tell([["%PDF-1.7"]])
    number = {
        "another office's": 3,
        "not there": 99,
        "its own number": 5,
        "a withdrawal": 2,
        "refused": 4,
    }
    taken = tell(_withdraw(number[case]))
    (problem,) = problems_of(taken.result, "not_own_delivery")
    assert (problem.row_no, problem.column_no) == (2, 1)
    assert taken.result.receipt.loaded == 0
    assert in_force.withdrawn(register.entries(home)) == {1}


def test_a_withdrawal_needs_a_number_and_a_reason(tell):
    tell(A)
    taken = tell([WITHDRAW, ["一", "数据有误", ""], [1, "", ""], [1, "没有道理", ""]])
    reasons = taken.result.ledgers[0].quarantine.column("reason_code").to_pylist()
    assert sorted(reasons) == ["required_missing", "wrong_type"]
    assert taken.result.receipt.unmapped == 1, "a reason in other words still withdraws"


def test_check_says_what_the_door_says(home, tell, tmp_path):
    path = text(tmp_path / "b.csv", A)

    def said(path):
        found = checking.report(home, path, OFFICE)
        return [p["code"] for p in found["problems"] if p["code"] != "missing_column"]

    assert said(path) == []
    tell(A)
    assert said(path) == ["repeated_delivery"]
    tell(B)
    assert said(path) == []
    withdrawal = text(tmp_path / "w.csv", _withdraw(1, 9))
    assert said(withdrawal) == ["not_own_delivery"]


def test_check_without_a_register_knows_no_delivery(tmp_path):
    home = make_home(tmp_path / "home")
    found = checking.report(home, text(tmp_path / "w.csv", _withdraw(1)), OFFICE)
    assert "not_own_delivery" in [p["code"] for p in found["problems"]]


def test_a_historic_folder_marks_the_delivery(home, tell):
    for number, folder in enumerate(["historic", "历史", "历史/petition_register", ""], start=1):
        taken = tell([HEADERS, row(number)], folder=folder)
        assert taken.result.receipt.loaded == 1
    assert [e.record["historic"] for e in register.entries(home)] == [True, True, True, False]
    assert _codes(tell(A, folder="historic/a/b")) == ["misplaced"]
    assert _codes(tell(A, folder="历史/乌有")) == ["unknown_ledger"]


def test_check_reads_the_historic_folder_as_the_door_does(home):
    folder = home.landing / OFFICE / "historic" / "petition_register"
    folder.mkdir(parents=True)
    found = checking.report(home, text(folder / "a.csv", A), None)
    assert not found["refused"] and found["receipt"]["loaded"] == 1


def test_a_nil_return_is_told_with_its_month(tell, home):
    taken = tell([["甲一县信访登记台账（2026年3月）"], HEADERS])
    assert "nil_return" in _codes(taken)
    told = taken.result.ledgers[0]
    assert (told.nil, told.declared_period) == (True, "2026-03-01")
    record = register.entries(home)[0].ledgers[0]
    assert (record["nil"], record["declared_period"], record["read"]) == (True, "2026-03-01", 0)
    kept = json.dumps(register.entries(home)[0].record, ensure_ascii=False)
    assert "甲一县信访登记台账" not in kept


@pytest.mark.parametrize(
    "cells",
    [
        ["零报"],
        ["2026年3月零报"],
        ["零报（2026-03）"],
        ["本月零报告", "2026年3月"],
        ["2026年3月份", "零报"],
    ],
    ids=str,
)
def test_a_row_that_says_nil_is_no_data(tmp_path, cells):
    padded = [*cells, *[""] * (len(HEADERS) - len(cells))]
    result = examine(text(tmp_path / "a.csv", [HEADERS, padded]))
    (told,) = result.ledgers
    assert told.nil and told.receipt.total_rows == 1 and told.receipt.quarantined == 0
    assert told.declared_period == ("2026-03-01" if "2026" in str(cells) else None)
    assert problems_of(result, "nil_return")


def test_rows_beside_the_word_nil_are_no_nil_return(tmp_path):
    table = [HEADERS, row(1), ["零报", *[""] * (len(HEADERS) - 1)]]
    (told,) = examine(text(tmp_path / "a.csv", table)).ledgers
    assert not told.nil and told.receipt.loaded == 1


def test_wholly_quarantined_is_no_nil_return(tmp_path):
    (told,) = examine(text(tmp_path / "a.csv", [HEADERS, row(1, "")])).ledgers
    assert not told.nil and told.receipt.quarantined == 1


@pytest.mark.parametrize(
    ("title", "month"),
    [
        ("2026年3月信访登记台账", "2026-03-01"),
        ("填报月份：2026-03", "2026-03-01"),
        ("甲一县（202603）", "2026-03-01"),
        ("2026年12月份", "2026-12-01"),
        ("2026.03", "2026-03-01"),
        ("填报日期：2026年3月5日", None),
        ("2026-03-05", None),
        ("20260305", None),
        ("2026年13月", None),
        ("2026年1-3月", None),
        ("2026年1月至3月", None),
        ("（202601-202603）", None),
        ("2025年12月—2026年1月", None),
        ("信访登记台账", None),
        ("文号〔2026〕03号", None),
    ],
)
def test_the_declared_month(title, month):
    assert declared_month([[title]]) == month


def test_the_first_source_that_tells_a_month_decides():
    assert declared_month([["信访登记台账"], [], ["2026年7月"]]) == "2026-07-01"
    assert declared_month([["2026年3月"], ["2026年7月"]]) == "2026-03-01"
    assert declared_month([["2026年1-3月"], ["2026年7月"]]) is None


def test_the_sheet_s_name_tells_and_the_data_does_not(tmp_path):
    named = text(tmp_path / "台账_202604.csv", A)
    assert examine(named).ledgers[0].declared_period == "2026-04-01"
    other = text(tmp_path / "台账.csv", A)
    assert examine(other).ledgers[0].declared_period is None


def test_two_sheets_of_two_months_tell_none(tmp_path):
    sheets = [[[f"2026年{m}月台账"], HEADERS, row(m)] for m in (3, 4)]
    assert examine(xlsx(tmp_path / "a.xlsx", *sheets)).ledgers[0].declared_period is None
    alike = [[["2026年3月台账"], HEADERS, row(m)] for m in (3, 4)]
    assert examine(xlsx(tmp_path / "b.xlsx", *alike)).ledgers[0].declared_period == "2026-03-01"


def test_the_same_nil_sheet_for_another_month_is_a_new_delivery(tell):
    nil = [HEADERS]
    names = ["零报_202603.csv", "零报_202604.csv", "再报_202603.csv", "再报_202604.csv"]
    assert [tell(nil, name=name).sequence for name in names] == [1, 2, None, None]


def test_the_same_rows_for_another_month_are_a_new_delivery(tell):
    assert [tell(A, name=f"a_20260{m}.csv").sequence for m in (3, 4)] == [1, 2]


def test_a_refused_file_again_is_a_no_op(tell):
    bad = [["%PDF-1.7"]]
    assert _sequences(tell, bad, bad, A, bad) == [1, None, 2, 3]


def test_a_repeat_is_told_as_such(tell):
    tell(A)
    assert tell(A).result.problems[-1] == Problem("repeated_delivery")
