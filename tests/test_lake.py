"""The lake: committed once, in order, all ledgers or none, and without a word about a person."""

import json
import os

import pyarrow.parquet as pq
import pytest

from ingestion import lake, register
from ingestion.contract import load_contracts
from tests.door_files import (
    EVENTS,
    HEADERS,
    OFFICE,
    examine,
    make_home,
    resident_number,
    row,
    text,
    xlsx,
)

SECRET = ["秘某某", "13911112222", "蜜谜觅路九号", "请求处理的全文密文", "钉甲"]
NAMES = ["信访人姓名", "联系电话", "家庭住址", "信访内容", "稳控责任人", "密级备考"]


@pytest.fixture
def home(tmp_path):
    return make_home(tmp_path / "home")


def _commit(home, *paths):
    known = []
    for path in paths:
        known.append(lake.commit(home, OFFICE, examine(path), known))
    return known


def _all_of(home):
    """Return every byte of the lake, Parquet files also as read back."""
    parts = []
    for path in home.lake.rglob("*"):
        if path.is_file():
            parts.append(path.read_bytes())
        if path.suffix == ".parquet":
            parts.append(str(pq.ParquetFile(path).read().to_pylist()).encode())
    return b"\n".join(parts)


def test_a_clock_turned_back_never_turns_the_register_back(home, tmp_path, monkeypatch):
    known, stamps = [], ["2025-05-02T09:00:00", "2025-05-01T09:00:00", "2025-05-03T09:00:00"]
    for number, stamp in enumerate(stamps):
        monkeypatch.setenv("PETITION_CLOCK", stamp)
        path = text(tmp_path / f"{number}.csv", [HEADERS, row(number)])
        known.append(lake.commit(home, OFFICE, examine(path), known))
    assert [e.record["recorded_at"] for e in known] == [stamps[0], stamps[0], stamps[2]]


def test_a_delivery_is_its_register_file_and_what_it_points_to(home, tmp_path):
    path = xlsx(
        tmp_path / "a.xlsx", [HEADERS, row(1), row(2, "无")], [EVENTS, ["A1", 1, "转送", 45756]]
    )
    (entry,) = _commit(home, path)
    record = json.loads((home.register / "00000001.json").read_text("utf-8"))
    assert record == entry.record
    assert (record["outcome"], record["sequence"], record["office_code"]) == ("accepted", 1, OFFICE)
    told = {x["ledger"]: x for x in record["ledgers"]}
    assert told["petition_register"]["first_date"] == "2025-04-08"
    assert told["handling_events"]["last_date"] == "2025-04-09"
    register = pq.ParquetFile(home.lake / told["petition_register"]["path"]).read()
    contract = next(c for c in load_contracts() if c.ledger == "petition_register")
    assert register.schema.equals(lake.ledger_schema(contract))
    assert register.column("_office_code").to_pylist() == [OFFICE]
    (held,) = pq.ParquetFile(home.lake / record["quarantine"]["path"]).read().to_pylist()
    assert (held["_sheet_no"], held["_row_no"], held["column_no"]) == (1, 3, 2)
    assert (held["reason_code"], held["field"]) == ("bad_date", "registered_at")


def test_nothing_about_persons_reaches_the_lake(tmp_path):
    table = [[*HEADERS, *NAMES], [*row(1), *SECRET, "机密字样"]]
    table += [[*row(9), *SECRET, ""], [*row(2, "密日期密"), *SECRET, ""]]
    table[2][0] = resident_number()
    table += [[*row(3, 责任单位="迷途某公司"), *SECRET, ""]]
    for path in (xlsx(tmp_path / "秘文件.xlsx", table), text(tmp_path / "秘文件.csv", table)):
        home = make_home(tmp_path / path.suffix)
        _commit(home, path)
        kept = _all_of(home)
        never = [
            *SECRET,
            *NAMES[:1],
            NAMES[5],
            "机密字样",
            resident_number(),
            "密日期密",
            "迷途某公司",
            "秘文件",
        ]
        assert [word for word in never if word.encode() in kept] == []


def test_a_refused_file_commits_no_rows(home, tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"%PDF-1.7 nothing")
    (entry,) = _commit(home, path)
    assert entry.record["outcome"] == "refused"
    assert entry.record["ledgers"] == []
    assert entry.record["quarantine"] is None
    assert not list(home.lake.rglob("*.parquet"))


def test_a_number_can_be_taken_once(home, tmp_path):
    path = text(tmp_path / "a.csv", [HEADERS, row(1)])
    _commit(home, path)
    with pytest.raises(lake.LakeError, match="重跑"):
        lake.commit(home, OFFICE, examine(path), [])
    assert len(register.entries(home)) == 1
    assert [p.name for p in home.register.iterdir()] == ["00000001.json"]


def test_a_gap_in_the_register_is_told(home, tmp_path):
    path = text(tmp_path / "a.csv", [HEADERS, row(1)])
    _commit(home, path, path, path)
    (home.register / "00000002.json").unlink()
    with pytest.raises(lake.LakeError, match="缺第 2 号"):
        register.entries(home)


def test_a_snapshot_tells_what_it_replaces_and_a_nil_return_nothing(home, tmp_path):
    cases = next(c for c in load_contracts() if c.ledger == "backlog_cases")
    needed = [f for f in cases.fields if f.needs_header]
    cell = {"timestamp": "2025-04-08", "date": "2025-04-08", "integer": "1", "boolean": "是"}
    good = [next(iter(f.words)) if f.enum else cell.get(f.type, f"{f.name[:2]}1") for f in needed]
    headers = [f.label for f in needed]
    told = text(tmp_path / "a.csv", [headers, good])
    nil = text(tmp_path / "b.csv", [headers])
    first, second = _commit(home, told, nil)
    scope = next(i for i, f in enumerate(needed) if f.name == cases.scope)
    assert first.ledgers[0]["scopes"] == {good[scope]: 1}
    assert second.ledgers[0]["scopes"] == {}
    assert second.ledgers[0]["loaded"] == 0


def test_two_readings_of_one_file_are_the_same_bytes(tmp_path):
    path = text(tmp_path / "a.csv", [HEADERS, *(row(i) for i in range(50))])
    digests = set()
    for name in ("x", "y"):
        (entry,) = _commit(make_home(tmp_path / name), path)
        digests.add(entry.ledgers[0]["sha256"])
    assert len(digests) == 1


def test_what_an_entry_speaks_of_is_on_disk_before_it_counts(home, tmp_path, monkeypatch):
    known, steps = [], []
    for number in range(6):
        path = text(tmp_path / f"{number}.csv", [HEADERS, row(number), row(1, "无")])
        known.append(lake.write(home, OFFICE, examine(path), known))
    assert register.entries(home) == []
    link = os.link
    monkeypatch.setattr(os, "fsync", lambda handle: steps.append("fsync"))
    monkeypatch.setattr(os, "link", lambda *paths: (steps.append("link"), link(*paths)))
    lake.enter(home, known)
    files = 3 * len(known)  # rows, quarantine and the register's own, of each
    folders = 3  # each waited for once, and the register's again when all is linked
    assert steps == [*["fsync"] * (files + folders), *["link"] * 6, "fsync"]
    assert register.entries(home) == known


def test_a_register_file_that_changed_is_read_again(home, tmp_path):
    _commit(home, text(tmp_path / "a.csv", [HEADERS, row(1)]))
    assert len(register.entries(home)) == 1
    path = home.register / "00000001.json"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(register.LakeError, match="残缺"):
        register.entries(home)
