"""Retention of the originals in landing: what goes, what stays, and that the lake knows nothing of it."""

import json

import pytest

from ingestion import inspection, landing, originals, register
from ingestion.durable import create_once
from ingestion.rule_tables import RuleError
from tests.door_files import HEADERS, OFFICE, make_home, row, text

DAY = "2025-{}T09:00:00"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PETITION_CLOCK", DAY.format("06-01"))
    home = make_home(tmp_path / "home")
    _rule(home, "loaded,30\nnot_loaded,60\n")
    return home


def _rule(home, rows: str) -> None:
    (home.rules / "retention.csv").write_text("kind_code,day_count\n" + rows, "utf-8")


def _file(home, name: str, *rows: list):
    path = home.landing / OFFICE / name
    text(path, [HEADERS, *rows])
    return path


def _purge_on(home, monkeypatch, day: str) -> dict:
    monkeypatch.setenv("PETITION_CLOCK", DAY.format(day))
    return dict(originals.purge_due(home))


def test_an_original_goes_after_its_days_and_one_that_alone_holds_rows_later(home, monkeypatch):
    whole, held = _file(home, "甲.csv", row(1)), _file(home, "乙.csv", row(2), row(3, "没有这天"))
    refused = _file(home, "丙.csv")
    refused.write_bytes(b"")
    landing.take_all(home, settle_seconds=0)
    lake = {p: p.read_bytes() for p in home.lake.rglob("*") if p.is_file()}
    assert _purge_on(home, monkeypatch, "07-01") == {}, "not yet on the last of its days"
    assert _purge_on(home, monkeypatch, "07-02") == {"loaded": 1}
    assert (whole.exists(), held.exists(), refused.exists()) == (False, True, True)
    assert _purge_on(home, monkeypatch, "08-01") == {"not_loaded": 2}
    assert not held.exists() and not refused.exists()
    lines = (home.landing / originals.JOURNAL).read_text("utf-8")
    assert {json.loads(line)["sequence"] for line in lines.splitlines()} == {1, 2, 3}
    assert "csv" not in lines, "a name stands in landing's own files, not in what is said of them"
    assert lake == {p: p.read_bytes() for p in home.lake.rglob("*") if p.is_file()}
    assert not [f for f in inspection.inspect(home)[0] if f.state == inspection.WRONG]
    assert landing.unseen(home) == []


def test_what_no_run_has_taken_stays_however_old(home, monkeypatch):
    path = _file(home, "甲.csv", row(1))
    landing.take_all(home, settle_seconds=0)
    _file(home, "甲.csv", row(2))  # under the same name, not yet taken
    assert _purge_on(home, monkeypatch, "12-01") == {}
    landing.take_all(home, settle_seconds=0)
    assert _purge_on(home, monkeypatch, "12-02") == {}, "its days begin when it was recorded"
    assert path.exists()


def test_a_file_changed_while_it_is_looked_at_stays(home, monkeypatch):
    path = _file(home, "甲.csv", row(1))
    landing.take_all(home, settle_seconds=0)
    written = originals._write_down

    def meanwhile(*args):
        written(*args)
        _file(home, "甲.csv", row(2), row(3))

    monkeypatch.setattr(originals, "_write_down", meanwhile)
    assert _purge_on(home, monkeypatch, "07-02") == {}
    assert path.exists()


def test_the_same_bytes_of_another_office_are_not_its_delivery(home, monkeypatch):
    path = _file(home, "甲.csv", row(1))
    landing.take_all(home, settle_seconds=0)
    entry = register.deliveries(home)[0]
    assert entry.record["office_code"] == OFFICE
    other = home.landing / "980102-xf" / "甲.csv"
    other.parent.mkdir()
    create_once(other, path.read_bytes())
    monkeypatch.setattr(landing, "taken", landing.arrivals)  # even if it were taken for one
    assert _purge_on(home, monkeypatch, "07-02") == {"loaded": 1}
    assert other.exists()


def test_purged_files_that_come_again_are_no_new_delivery(home, monkeypatch):
    path = _file(home, "甲.csv", row(1))
    raw = path.read_bytes()
    landing.take_all(home, settle_seconds=0)
    _purge_on(home, monkeypatch, "07-02")
    path.write_bytes(raw)
    (taken,) = landing.take_all(home, settle_seconds=0)
    assert taken.sequence is None and len(register.deliveries(home)) == 1


@pytest.mark.parametrize("rows", ["loaded,0\n", "loaded,\n", "all,30\n"])
def test_a_rule_that_says_nothing_usable_is_refused_with_its_place(home, monkeypatch, rows):
    _rule(home, rows)
    with pytest.raises(RuleError, match=r"retention\.csv 第 2 行"):
        originals.purge_due(home)


def test_without_a_rule_of_its_own_a_home_has_the_shipped_one(home):
    (home.rules / "retention.csv").unlink()
    assert originals.kept_days(home) == {"loaded": 365, "not_loaded": 730}
