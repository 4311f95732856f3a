"""Compaction: closed months in one file each, and every reader gets what was delivered."""

import json
import shutil
from datetime import datetime
from types import SimpleNamespace

import pyarrow as pa
import pytest

from ingestion import published, register, segments, stored, warehouse
from ingestion.home import Home
from ingestion.register import LakeError
from ingestion.stored import Places
from orchestration.deliveries import receipts_frame
from tests.door_files import make_home
from tests.lake_homes import (
    cut_everywhere,
    of_ledger,
    parquet_files,
    recast,
    three_months,
    told,
)

RAW = ("petition_register", "handling_events", "quarantine", "deliveries")
JOINED = [
    ("handling_events", "2025-03", 2),
    ("petition_register", "2025-03", 3),
    ("quarantine", "2025-03", 2),
]


@pytest.fixture
def home(tmp_path, monkeypatch):
    return three_months(make_home(tmp_path / "home"), monkeypatch)


def _raw(home, tmp_path, known_to=None):
    """Return the rows of the raw tables of a fresh working file."""
    file = tmp_path / "fresh.duckdb"
    file.unlink(missing_ok=True)
    warehouse.load(home, datetime(2025, 5, 1), known_to, file)
    with warehouse.connect(file, read_only=True) as connection:
        return {name: _rows(connection, name) for name in RAW}


def _rows(connection, name: str) -> list[tuple]:
    return connection.execute(f"select * from raw.raw_{name} order by all").fetchall()


def test_closed_months_become_one_file_each_and_readers_see_the_same(home, tmp_path):
    before, raw, receipts = told(home), _raw(home, tmp_path), receipts_frame(home)
    report = segments.compact(home)
    assert report["before"] == "2025-04", "the last month and this one are left"
    assert [(s["ledger"], s["month"], s["files"]) for s in report["segments"]] == JOINED
    assert parquet_files(home) == [
        "petition_register/00000004.parquet",
        "petition_register/00000005.parquet",
        "petition_register/00000006.parquet",
        "segments/handling_events/00000001-00000003.parquet",
        "segments/petition_register/00000001-00000003.parquet",
        "segments/quarantine/00000001-00000002.parquet",
    ]
    assert told(home) == before
    assert _raw(home, tmp_path) == raw
    assert receipts_frame(home).equals(receipts)


def test_a_segment_names_what_it_replaced(home):
    entries = register.entries(home)
    segments.compact(home)
    record = json.loads(
        (home.segments / "petition_register" / "00000001-00000003.json").read_text("utf-8")
    )
    originals = [of_ledger(e, "petition_register") for e in entries[:3]]
    assert record["replaces"] == [
        {"sequence": n, "path": o["path"], "rows": o["loaded"], "sha256": o["sha256"]}
        for n, o in enumerate(originals, start=1)
    ]
    assert record["rows"] == 5
    place = stored.locate(home, 2, originals[1])
    assert (place.path, place.within) == (home.lake / record["path"], 2)
    assert place.sha256 == record["sha256"] == Places(home).hash_of(place.path)


def test_later_rows_of_a_segment_are_never_loaded(home, tmp_path):
    segments.compact(home)
    raw = _raw(home, tmp_path, known_to=2)
    assert {r[0] for r in raw["petition_register"]} == {1, 2}
    assert {r[0] for r in raw["handling_events"]} == {1}
    assert {r[0] for r in raw["quarantine"]} == {1, 2}


def test_a_working_file_goes_on_over_a_segment(home, tmp_path):
    """Rows loaded before a compaction are not loaded again, those after it are."""
    whole = _raw(home, tmp_path)
    file = tmp_path / "fresh.duckdb"
    file.unlink()
    warehouse.load(home, datetime(2025, 5, 1), 2, file)
    segments.compact(home, "2025-05")
    warehouse.load(home, datetime(2025, 5, 1), None, file)
    with warehouse.connect(file, read_only=True) as connection:
        for name in RAW:
            assert _rows(connection, name) == whole[name], name


def test_a_second_compaction_has_nothing_to_do(home):
    segments.compact(home)
    before = {p: p.stat().st_mtime_ns for p in home.lake.rglob("*")}
    report = segments.compact(home)
    assert report["segments"] == [] and report["removed"] == 0
    assert {p: p.stat().st_mtime_ns for p in home.lake.rglob("*")} == before


def test_before_reaches_up_to_this_month_and_no_further(home):
    report = segments.compact(home, "2025-05")
    assert {s["month"] for s in report["segments"]} == {"2025-03", "2025-04"}
    for month, word in (("2025-06", "过完"), ("五月", "2025-04")):
        with pytest.raises(segments.CompactionError, match=word):
            segments.compact(home, month)


def test_a_month_of_one_file_is_left_alone(home, monkeypatch):
    monkeypatch.setenv("PETITION_CLOCK", "2025-09-20T09:00:00")
    segments.compact(home)
    assert "petition_register/00000006.parquet" in parquet_files(home)


@pytest.mark.parametrize("damage", ["gone", "altered"])
def test_a_file_that_is_not_whole_is_never_joined(home, damage):
    victim = home.lake / "petition_register" / "00000002.parquet"
    if damage == "gone":
        victim.unlink()
    else:
        victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    with pytest.raises(LakeError, match="00000002.parquet"):
        segments.compact(home)
    assert (home.lake / "petition_register" / "00000001.parquet").exists()
    assert not list(home.segments.glob("petition_register/*.json"))


def test_a_segment_that_reads_back_differently_is_not_committed(home, monkeypatch):
    before = told(home)
    real = segments.replace_file

    def worn_disk(path, raw):
        if path.parent.name == "petition_register":
            raw = stored.encode(pa.table({"_sequence": pa.array([1, 2, 3, 3, 3], pa.int64())}))
        real(path, raw)

    monkeypatch.setattr(segments, "replace_file", worn_disk)
    with pytest.raises(LakeError, match="不是逐行相同"):
        segments.compact(home)
    assert told(home) == before


def test_an_altered_segment_is_told(home, tmp_path):
    segments.compact(home)
    victim = home.segments / "petition_register" / "00000001-00000003.parquet"
    victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    with pytest.raises(LakeError, match="与登记簿的校验值不符"):
        _raw(home, tmp_path)


def test_originals_stay_while_their_segment_is_not_whole(home, tmp_path):
    """Originals that a kill left beside a segment are what an operator can still restore from."""
    shutil.copytree(home.lake, tmp_path / "old")
    segments.compact(home)
    original = home.lake / "petition_register" / "00000001.parquet"
    shutil.copyfile(tmp_path / "old" / "petition_register" / original.name, original)
    victim = home.segments / "petition_register" / "00000001-00000003.parquet"
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-1] + b"?")
    segments.sweep(home)
    assert original.exists()
    victim.write_bytes(whole)
    segments.sweep(home)
    assert not original.exists()


def test_a_power_cut_at_any_step_loses_nothing_and_the_next_compaction_completes(
    tmp_path, monkeypatch
):
    kept = three_months(make_home(tmp_path / "kept"), monkeypatch)
    before = told(kept)
    whole = Home(shutil.copytree(kept.root, tmp_path / "whole"))
    segments.compact(whole)

    def fresh(number):
        return Home(shutil.copytree(kept.root, tmp_path / f"home{number}"))

    def after(home):
        assert told(home) == before, "readable as it was left"
        segments.compact(home)
        assert told(home) == before
        assert parquet_files(home) == parquet_files(whole)
        assert not list(home.lake.rglob(".*.tmp"))
        shutil.rmtree(home.root)

    assert cut_everywhere(monkeypatch, fresh, segments.compact, after) > 30


def test_files_of_an_older_contract_join_with_the_column_null(home, tmp_path):
    """A contract may gain a column: files from before it read, and join, as null in it."""
    before = _raw(home, tmp_path)
    recast(
        home,
        1,
        "petition_register",
        lambda table: table.drop_columns(["person_count", "first_flag"]),
    )
    entries = register.entries(home)
    assert len(_raw(home, tmp_path)["petition_register"]) == 9
    segments.compact(home)
    for sequence, value in ((1, None), (2, 2)):
        table = Places(home).table(sequence, of_ledger(entries[sequence - 1], "petition_register"))
        assert set(table["person_count"].to_pylist()) == {value}
    assert _raw(home, tmp_path)["petition_register"][2:] == before["petition_register"][2:]


def test_columns_of_two_types_are_left_as_they_are_and_said(home):
    def as_text(table):
        at = table.column_names.index("person_count")
        return table.set_column(at, "person_count", table["person_count"].cast("string"))

    recast(home, 2, "petition_register", as_text)
    before = told(home)
    report = segments.compact(home)
    assert report["skipped"] == [
        {
            "ledger": "petition_register",
            "month": "2025-03",
            "why": "各文件同名列的类型不同，保持原样",
        }
    ]
    assert [s["ledger"] for s in report["segments"]] == ["handling_events", "quarantine"]
    assert told(home) == before


def test_what_a_killed_run_left_is_cleared_and_what_may_be_needed_is_not(home):
    folder = home.lake / "petition_register"
    for name in (".dead.tmp", "00000099.parquet"):
        (folder / name).write_bytes(b"x")
    uncommitted = home.lake / "handling_events" / "00000002.parquet"
    uncommitted.write_bytes(b"x")
    assert segments.compact(home)["removed"] == 2
    assert not uncommitted.exists() and not (folder / ".dead.tmp").exists()
    assert (folder / "00000099.parquet").exists(), "its register entry may be what is missing"


def test_a_segment_whose_record_was_lost_is_never_cleared_away(home):
    segments.compact(home)
    path = home.segments / "petition_register" / "00000001-00000003.parquet"
    record = path.with_suffix(".json")
    whole = record.read_bytes()
    record.unlink()
    with pytest.raises(LakeError, match="缺失"):
        segments.compact(home)
    assert path.exists(), "it is the only copy"
    record.write_bytes(whole)
    assert segments.compact(home)["segments"] == []


def test_published_figures_are_told_on_over_a_segment(home, monkeypatch):
    """What was told stays known after its files were joined: only what differs is told again."""

    def tell(day, **values):
        monkeypatch.setenv("PETITION_CLOCK", f"{day}T09:00:00")
        rows = [
            dict.fromkeys(published.KEY, name) | {"status_code": "published", "value": value}
            for name, value in values.items()
        ]
        figures = pa.Table.from_pylist(
            [dict.fromkeys(published.FIGURES.names) | r for r in rows], published.FIGURES
        )
        return published.tell(home, figures, f"r{day}", datetime(2025, 6, 1))

    tell("2025-06-01", a=0.5, b=0.5)
    tell("2025-06-02", a=0.5, b=float("nan"))
    monkeypatch.setenv("PETITION_CLOCK", "2025-08-20T09:00:00")
    report = segments.compact(home)
    assert ("published_figures", 2) in [(s["ledger"], s["files"]) for s in report["segments"]]
    assert tell("2025-08-21", a=0.5, b=float("nan")) is None
    assert tell("2025-08-22", a=0.75, b=float("nan")).ledgers[0]["loaded"] == 1


def test_compact_takes_the_writers_lock_and_says_what_it_did(home, monkeypatch, capsys):
    from click.testing import CliRunner

    from orchestration import upkeep, writer
    from orchestration.cli import main

    held = []
    spy = SimpleNamespace(
        hold=lambda *a: (held.append("hold"), writer.hold(*a)),
        release=lambda *a: (held.append("release"), writer.release(*a)),
    )
    monkeypatch.setattr(upkeep, "writer", spy)
    done = CliRunner().invoke(main, ["compact", "--home", str(home.root)])
    assert done.exit_code == 0 and held == ["hold", "release"]
    assert "petition_register 2025-03：3 个文件并为一个，5 行" in done.output
    done = CliRunner().invoke(main, ["compact", "--home", str(home.root)])
    assert "2025-04 之前的月份没有可合并的文件" in done.output
    done = CliRunner().invoke(main, ["compact", "--before", "x", "--home", str(home.root)])
    assert done.exit_code == 1 and "请写成" in done.output
