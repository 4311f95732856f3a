"""The way back to the sender: what a return says of a delivery, what was mended, and when it is written."""

import pytest
from python_calamine import CalamineWorkbook

from ingestion import landing, outbox, register, returns
from ingestion.stored import Places
from tests.door_files import HEADERS, OFFICE, make_home, resident_number, row, text

MONTHS = {"4": "2025-04-08", "3": "2025-03-08"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PETITION_CLOCK", "2025-06-01T09:00:00")
    return make_home(tmp_path / "home")


def _deliver(home, name: str, rows: list[list], headers: list[str] = HEADERS) -> int:
    """Deliver a register and write the returns; return the delivery's number."""
    text(home.landing / OFFICE / f"{name}.csv", [headers, *rows])
    (taken,) = landing.take_all(home, settle_seconds=0)
    outbox.write_due(home)
    return taken.sequence


def _sheets(home, sequence: int) -> dict[str, list[list]]:
    (entry,) = [e for e in register.deliveries(home) if e.sequence == sequence]
    book = CalamineWorkbook.from_path(str(outbox.path_of(home, entry)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def _tell(home, sequence: int) -> returns.Return:
    deliveries = register.deliveries(home)
    (entry,) = [e for e in deliveries if e.sequence == sequence]
    return returns.Teller(home, deliveries).tell(entry)


def test_each_reason_of_each_row_is_a_line_with_its_place_and_remedy(home):
    rows = [
        row(1),
        row(2, "没有这天"),
        row(3, 信访形式="飞鸽"),
        row(4, "2025-02-30", 信访人数="许多"),
    ]
    number = _deliver(home, "四月", [*rows, row(5, None)])
    sheets = _sheets(home, number)
    head, *lines = sheets["问题清单"]
    wrong = [dict(zip(head, line, strict=True)) for line in lines if line[0] == "隔离"]
    (entry,) = register.deliveries(home)
    kept = Places(home).table(number, entry.record["quarantine"])
    assert len(wrong) == len(kept) == 4
    assert {(w["第几行"], w["列名"]) for w in wrong} == {
        (3, "登记时间"), (5, "登记时间"), (5, "信访人数"), (6, "登记时间")
    }  # fmt: skip
    assert all(w["怎样办"] and w["问题"] and w["第几列"] for w in wrong)
    counts = {line[0]: line[1:] for line in sheets["回执"]}
    assert counts["信访登记台账"] == [5, 2, 3, 0, 1]
    assert counts["结果"][0] == "已收下" and "有 3 行没有装入" in counts["下一步"][0]


def test_a_correction_goes_in_and_its_return_says_what_it_mended(home):
    first = _deliver(home, "四月", [row(1), row(2, "没有这天"), row(3, "没有这天"), row(4)])
    second = _deliver(home, "四月改", [row(2), row(3, "还没有")])
    (mended,) = _tell(home, second).mended
    assert (mended.before_sequence, mended.before, mended.now, mended.mended) == (first, 2, 1, 1)
    third = _deliver(home, "四月再改", [row(3)])
    (mended,) = _tell(home, third).mended
    assert (mended.before_sequence, mended.before, mended.now) == (second, 1, 0)
    assert _sheets(home, third)["与上次比"][1][-1] == 1
    assert _tell(home, third).next_step == "没有要改正的，无需再报。"
    assert _tell(home, _deliver(home, "又", [row(5)])).mended == []


def test_another_month_mends_nothing(home):
    _deliver(home, "三月", [row(1, MONTHS["3"]), row(2, "没有这天")])
    assert _tell(home, _deliver(home, "四月", [row(3, MONTHS["4"])])).mended == []


def test_a_refused_file_is_answered_with_the_reason_and_the_way(home):
    path = home.landing / OFFICE / "坏.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK\x03\x04broken")
    landing.take_all(home, settle_seconds=0)
    outbox.write_due(home)
    told = _tell(home, 1)
    assert [line.severity for line in told.lines] == ["refuse"] and told.lines[0].remedy
    assert f"landing/{OFFICE}/" in told.next_step
    assert ["结果", "没有收"] in [line[:2] for line in _sheets(home, 1)["回执"]]


def test_no_value_and_no_column_of_persons_is_repeated(home):
    person, told = resident_number(), "不是编号的编号"
    headers = [*HEADERS, "姓名", "证件号码", "重点人员"]
    number = _deliver(
        home, "四月", [[*row(told), "张某某", person, "是"], [*row(person), "李某某", person, "否"]],
        headers,
    )  # fmt: skip
    cells = {str(c) for rows in _sheets(home, number).values() for line in rows for c in line}
    for word in ("张某某", "李某某", person, told, "姓名", "证件号码", "重点人员"):
        assert not any(word in cell for cell in cells), word
    assert returns.MASKED in cells


def test_only_what_is_due_is_written_and_a_lost_outbox_is_written_again(home):
    first = _deliver(home, "四月", [row(1), row(2, "没有这天")])
    paths = {p: p.read_bytes() for p in home.outbox.rglob("*.xlsx")}
    assert outbox.write_due(home) == []
    _deliver(home, "四月改", [row(2)])
    every = {p: p.read_bytes() for p in home.outbox.rglob("*.xlsx")}
    assert len(every) == 2 and paths.items() <= every.items()
    for path in home.outbox.rglob("*"):
        if path.is_file():
            path.unlink()
    assert {p: p.read_bytes() for p in outbox.write_due(home)} == every
    assert first == 1


def test_cut_short_it_goes_on_and_says_the_same(home, monkeypatch):
    for name, at in (("一", "没有这天"), ("二", "也没有"), ("三", "还没有")):
        text(home.landing / OFFICE / f"{name}.csv", [HEADERS, row(name, at)])
    landing.take_all(home, settle_seconds=0)
    written, put = [], outbox.replace_file

    def full(path, raw):
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        put(path, raw)
        written.append(path)

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "replace_file", full)
        with pytest.raises(OSError, match="No space"):
            outbox.write_due(home)
    half = written[0].with_name(f".{written[0].name}.{'0' * 32}.tmp")
    half.write_text("what a kill leaves", "utf-8")
    assert len(outbox.write_due(home)) == 3
    assert len([*home.outbox.rglob("*.xlsx")]) == 3 and not half.exists()


def test_more_than_anybody_reads_is_counted_and_not_listed(home, monkeypatch):
    monkeypatch.setattr(returns, "LISTED", 3)
    told = _tell(home, _deliver(home, "四月", [row(n, "没有这天") for n in range(10)]))
    listed = [line for line in told.lines if line.severity == "quarantine"]
    assert [line.row_no for line in listed] == [2, 3, 4, None] and listed[-1].count == 7
    assert "有 10 行没有装入" in told.next_step
