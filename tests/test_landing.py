"""Landing: every finished file is taken once; a bad or foreign one never stops the others."""

import os
import shutil

import dagster as dg
import pytest

from ingestion import door, landing, register
from orchestration import events
from tests.door_files import HEADERS, OFFICE, make_home, row, text, xlsx

TABLE = [HEADERS, row(1)]


@pytest.fixture
def home(tmp_path):
    return make_home(tmp_path)


@pytest.fixture
def office(home):
    return home.landing / OFFICE


def _take(home):
    taken = landing.take_all(home, settle_seconds=0)
    return {t.arrival.path.name: t for t in taken}


def _codes(taken):
    return [p.code for p in taken.result.problems if p.code != "missing_column"]


def test_a_file_is_taken_once(home, office):
    text(office / "a.csv", TABLE)
    assert _take(home)["a.csv"].sequence == 1
    assert _take(home) == {}
    text(office / "a.csv", [*TABLE, row(2)])
    assert _take(home)["a.csv"].sequence == 2


def test_the_same_again_is_not_counted_twice(home, office):
    text(office / "a.csv", TABLE)
    shutil.copy(office / "a.csv", office / "b.csv")
    taken = _take(home)
    assert sorted(t.sequence or 0 for t in taken.values()) == [0, 1]
    (repeat,) = [t for t in taken.values() if t.sequence is None]
    assert _codes(repeat) == ["repeated_delivery"]
    assert len(register.entries(home)) == 1


def test_lock_files_and_half_copied_files_are_left(home, office):
    for name in ("~$a.xlsx", ".a.csv", "a.csv.part", "a.xlsx.crdownload", "a.TMP"):
        text(office / name, TABLE)
    assert landing.unseen(home) == []


def test_a_bad_file_never_stops_the_others(home, office):
    (office / "a.xlsx").write_bytes(b"PK\x03\x04broken")
    (office / "b.csv").write_bytes(b"")
    (office / "c.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100)
    (office / "d.csv").symlink_to(home.rules / "regions.csv")
    (office / "e.csv").symlink_to("nowhere")
    text(office / "z.csv", TABLE)
    taken = _take(home)
    assert {n: t.result.refused for n, t in taken.items()} == {
        "a.xlsx": True, "b.csv": True, "c.xls": True, "d.csv": True, "e.csv": True, "z.csv": False,
    }  # fmt: skip
    assert taken["z.csv"].sequence
    assert _take(home) == {}


def test_a_name_that_is_no_utf8_never_stops_the_others(home, office):
    for name, table in ((b"\xb1\xed.csv", TABLE), (b"\xcc\xa8.csv", [["a"], ["b"]])):
        text(office / "x.csv", table)
        os.rename(office / "x.csv", os.path.join(os.fsencode(office), name))
    text(office / "z.csv", [*TABLE, row(2)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PETITION_HOME", str(home.root))
        patch.setattr(events, "LOOK_AGAIN_SECONDS", 0)
        with dg.DagsterInstance.ephemeral() as instance:
            asked = events.landing_sensor(dg.build_sensor_context(instance))
            assert isinstance(asked, dg.RunRequest)
    assert sorted(t.result.refused for t in _take(home).values()) == [False, False, True]
    assert _take(home) == {}


def test_a_tick_that_comes_twice_asks_for_one_run_and_what_was_taken_for_none(home, office):
    """Two daemons, or one that was restarted: Dagster starts one run for one run key."""
    text(office / "a.csv", TABLE)
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        patch.setenv("PETITION_HOME", str(home.root))
        patch.setattr(events, "LOOK_AGAIN_SECONDS", 0)

        def tick() -> str | None:
            asked = events.landing_sensor(dg.build_sensor_context(instance))
            return getattr(asked, "run_key", None)

        first = tick()
        assert first is not None and tick() == first
        assert _take(home)["a.csv"].sequence == 1
        assert tick() is None
        assert _take(home) == {}, "a run that was asked for twice finds nothing"
        text(office / "b.csv", [*TABLE, row(2)])
        assert tick() not in {None, first}, "new files are another run"


def test_what_nobody_thought_of_never_stops_the_others(home, office, monkeypatch):
    text(office / "a.csv", TABLE)
    text(office / "b.csv", [*TABLE, row(2)])
    read = door.read_sheets

    def fails_once(path):
        if path.name == "a.csv":
            raise KeyError("秘密的值")
        return read(path)

    monkeypatch.setattr(door, "read_sheets", fails_once)
    taken = _take(home)
    assert _codes(taken["a.csv"]) == ["door_failed"]
    assert "KeyError" in taken["a.csv"].result.problems[0].text()
    assert "秘密" not in str(register.entries(home)[0].record)
    assert taken["b.csv"].result.receipt.loaded == 2


def test_a_file_that_is_still_being_written_waits(home, office, monkeypatch):
    path = text(office / "a.csv", TABLE)
    listed = landing.arrivals(home)
    text(path, [*TABLE, row(2)])
    monkeypatch.setattr(landing, "arrivals", lambda home: listed)
    taken = _take(home)["a.csv"]
    assert (_codes(taken), taken.sequence) == (["still_writing"], None)
    monkeypatch.undo()
    assert _take(home)["a.csv"].result.receipt.loaded == 2


def test_a_file_that_changes_or_goes_while_it_is_read_waits(home, office, monkeypatch):
    path = text(office / "a.csv", TABLE)
    read = door.read_sheets

    def grows(found):
        sheets = read(found)
        text(path, [*TABLE, row(2)])
        os.utime(path, ns=(1, 1))
        return sheets

    monkeypatch.setattr(door, "read_sheets", grows)
    assert _codes(_take(home)["a.csv"]) == ["still_writing"]
    assert register.entries(home) == []
    monkeypatch.setattr(door, "read_sheets", lambda found: path.unlink() or [])
    assert _codes(_take(home)["a.csv"]) == ["still_writing"]


def test_an_unknown_office_is_told_and_taken_once_it_is_known(home, office):
    other = home.landing / "980109-xf"
    other.mkdir()
    text(other / "a.csv", TABLE)
    taken = _take(home)["a.csv"]
    assert (_codes(taken), taken.sequence) == (["unknown_office"], None)
    assert _take(home) == {}
    with (home.rules / "organisations.csv").open("a", encoding="utf-8") as rules:
        rules.write("980109-xf,新局,980101000000,county,true,2000-01-01,\n")
    assert _take(home)["a.csv"].sequence == 1


def test_a_file_that_other_rules_refuse_too_is_no_second_refusal(home, office):
    text(office / "a.csv", [["甲", "乙"], [1, 2]])
    assert _take(home)["a.csv"].sequence == 1
    text(office / "b.csv", TABLE)
    assert _take(home)["b.csv"].sequence == 2
    with (home.rules / "organisations.csv").open("a", encoding="utf-8") as rules:
        rules.write("980109-xf,新局,980101000000,county,true,2000-01-01,\n")
    again = _take(home)["a.csv"]
    assert again.result.refused and again.sequence is None
    assert "repeated_delivery" in _codes(again)
    text(office / "c.csv", [["甲", "乙"], [1, 2]])
    assert _take(home)["c.csv"].sequence == 3, "the same bytes sent anew are refused anew"


def test_the_folder_may_name_the_ledger(home, office):
    for name, ledger in (
        ("a.csv", "petition_register"),
        ("b.csv", "evaluations"),
        ("c.csv", "四月"),
    ):
        (office / ledger).mkdir()
        text(office / ledger / name, [*TABLE, row(name[0])])
    taken = _take(home)
    assert taken["a.csv"].result.receipt.loaded == 2
    assert _codes(taken["b.csv"]) == ["no_header"]
    assert _codes(taken["c.csv"]) == ["unknown_ledger"]


def test_a_misplaced_file_is_told_not_passed_over(home, office):
    deep = office / "petition_register" / "2025"
    deep.mkdir(parents=True)
    text(deep / "a.csv", TABLE)
    text(home.landing / "b.csv", TABLE)
    taken = _take(home)
    assert {n: _codes(t) for n, t in taken.items()} == {
        "a.csv": ["misplaced"],
        "b.csv": ["misplaced"],
    }
    assert register.entries(home) == []


def test_the_oldest_file_comes_first(home, office):
    for age, name in enumerate(("c.csv", "a.csv", "b.csv")):
        os.utime(text(office / name, [*TABLE, row(name[0])]), ns=(age, age))
    assert [a.path.name for a in landing.arrivals(home)] == ["c.csv", "a.csv", "b.csv"]


def test_no_file_name_is_kept_outside_landing(home, office):
    xlsx(office / "秘密名称.xlsx", TABLE)
    _take(home)
    kept = b"".join(p.read_bytes() for p in home.lake.rglob("*") if p.is_file())
    assert "秘密名称".encode() not in kept


def _told_twice(office):
    """Lay down two tellings of one register, the second of which is in force."""
    for number, (name, rows) in enumerate({"a.csv": TABLE, "b.csv": [*TABLE, row(2)]}.items()):
        os.utime(text(office / name, rows), (1_700_000_000 + number,) * 2)


def _die(*_):
    raise KeyboardInterrupt


def test_what_a_killed_run_committed_is_not_taken_again(home, office, monkeypatch):
    _told_twice(office)
    monkeypatch.setattr(landing.Seen, "count", _die)  # committed, and not yet remembered
    monkeypatch.setattr(landing.Seen, "fold", lambda seen: None)
    with pytest.raises(KeyboardInterrupt):
        _take(home)
    monkeypatch.undo()
    assert len(register.entries(home)) == 2
    assert landing.unseen(home) == []
    assert _take(home) == {}, "the first telling, told again, would be in force"
    assert not (home.landing / ".seen.journal").exists(), "remembered, though nothing was new"


def test_what_a_killed_run_was_writing_is_cleared_away(home, office):
    """Of the house's own files; what an office is just now copying is not."""
    half = "0123456789abcdef" * 2
    left = [home.register / f".00000001.json.{half}.tmp", home.landing / f"..seen.json.{half}.tmp"]
    theirs = [office / f".a.csv.{half}.tmp", home.landing / ".upload.tmp"]
    home.register.mkdir(parents=True)
    for path in [*left, *theirs]:
        path.write_text("torn", "utf-8")
    assert _take(home) == {}
    assert [path.exists() for path in [*left, *theirs]] == [False, False, True, True]


def test_what_a_killed_run_did_not_commit_is_taken_by_the_next(home, office, monkeypatch):
    _told_twice(office)
    monkeypatch.setattr(landing.lake, "enter", _die)
    monkeypatch.setattr(landing.Seen, "fold", lambda seen: None)
    with pytest.raises(KeyboardInterrupt):
        _take(home)
    monkeypatch.undo()
    assert register.entries(home) == []
    with (home.landing / ".seen.journal").open("a") as journal:
        journal.write('["torn')
    assert [t.sequence for t in _take(home).values()] == [1, 2]
    assert not (home.landing / ".seen.journal").exists()


def test_what_was_read_before_an_error_is_committed(home, office, monkeypatch):
    _told_twice(office)
    real = landing.lake.write

    def fails_on_the_second(*given):
        if given[3]:
            raise OSError("disk full")
        return real(*given)

    monkeypatch.setattr(landing.lake, "write", fails_on_the_second)
    with pytest.raises(OSError, match="disk full"):
        _take(home)
    monkeypatch.undo()
    assert [e.sequence for e in register.entries(home)] == [1]
    assert [t.sequence for t in _take(home).values()] == [2]
