"""Homes for tests of the lake's long life: deliveries by month, what was delivered, and a power cut
at any step that touches the disk.
"""

import hashlib
import json
import os
from pathlib import Path

import pyarrow.parquet as pq

from ingestion import lake, register
from ingestion.home import Home
from ingestion.stored import Places, encode, told_files
from tests.door_files import EVENTS, HEADERS, OFFICE, examine, row, text, xlsx

EFFECTS = ("fsync", "link", "replace", "unlink", "rmdir")


class PowerCut(BaseException):
    """The process is gone: nothing after this reaches the disk."""


def deliver(home: Home, monkeypatch, day: str, *tables: list[list]) -> register.Entry:
    """Commit one delivery of some tables, recorded on a day (YYYY-MM-DD)."""
    monkeypatch.setenv("PETITION_CLOCK", f"{day}T09:00:00")
    known = register.entries(home)
    path = home.root / f"in{len(known)}.xlsx"
    result = examine(
        xlsx(path, *tables) if len(tables) > 1 else text(path.with_suffix(".csv"), *tables)
    )
    path.unlink(missing_ok=True)
    return lake.commit(home, OFFICE, result, known)


def registrations(*numbers: int, bad: int = 0) -> list[list]:
    """Return a register table of some rows and some that are quarantined."""
    return [HEADERS, *(row(n) for n in numbers), *(row(9000 + n, "无") for n in range(bad))]


def events(*numbers: int) -> list[list]:
    """Return a table of handling events."""
    return [EVENTS, *([f"A{n}", 1, "转送", "2025-04-09"] for n in numbers)]


def three_months(home: Home, monkeypatch) -> Home:
    """Deliver in March (3), April (2) and May (1) of 2025; quarantines in March."""
    deliver(home, monkeypatch, "2025-03-03", registrations(1, 2, bad=1), events(1))
    deliver(home, monkeypatch, "2025-03-10", registrations(3, bad=2))
    deliver(home, monkeypatch, "2025-03-20", registrations(4, 5), events(4, 5))
    deliver(home, monkeypatch, "2025-04-03", registrations(6))
    deliver(home, monkeypatch, "2025-04-10", registrations(7, 8))
    deliver(home, monkeypatch, "2025-05-10", registrations(9))
    monkeypatch.setenv("PETITION_CLOCK", "2025-05-20T09:00:00")
    return home


def told(home: Home) -> dict[tuple[int, str], list[dict]]:
    """Return every delivery's rows as readers get them."""
    places = Places(home)
    return {
        (e.sequence, ledger): places.table(e.sequence, t).to_pylist()
        for e in register.entries(home)
        for ledger, t in told_files(e.record)
    }


def of_ledger(entry: register.Entry, ledger: str) -> dict:
    """Return the register's record of a delivery's ledger."""
    return next(t for name, t in told_files(entry.record) if name == ledger)


def recast(home: Home, sequence: int, ledger: str, change) -> None:
    """Make a committed file what another version of its contract would have written."""
    entry = register.entries(home)[sequence - 1]
    record = of_ledger(entry, ledger)
    path = home.lake / record["path"]
    raw = encode(change(pq.ParquetFile(path).read()))
    path.write_bytes(raw)
    record["sha256"] = hashlib.sha256(raw).hexdigest()
    (home.register / f"{sequence:08d}.json").write_text(json.dumps(entry.record), "utf-8")


def parquet_files(home: Home) -> list[str]:
    """Return every Parquet file of the lake, by name under lake/."""
    return sorted(p.relative_to(home.lake).as_posix() for p in home.lake.rglob("*.parquet"))


def values_anywhere(folder: Path, column: str) -> set:
    """Return every value of a column in every Parquet file of a folder, statistics included."""
    found = set()
    for path in folder.rglob("*.parquet"):
        file = pq.ParquetFile(path)
        if column not in file.schema_arrow.names:
            continue
        found |= {v for v in file.read([column])[column].to_pylist() if v is not None}
        at = file.schema_arrow.names.index(column)
        for group in range(file.num_row_groups):
            statistics = file.metadata.row_group(group).column(at).statistics
            if statistics is not None and statistics.has_min_max:
                found |= {statistics.min, statistics.max}
    return found


class Mains:
    """Counts what touches the disk, and cuts the power before a chosen one."""

    def __init__(self, monkeypatch, cut_at: int):
        self.done, self.cut_at = 0, cut_at
        for name in EFFECTS:
            monkeypatch.setattr(os, name, self._wired(getattr(os, name)))

    def _wired(self, effect):
        def run(*arguments, **options):
            if self.done >= self.cut_at:
                raise PowerCut
            self.done += 1
            return effect(*arguments, **options)

        return run


def cut_everywhere(monkeypatch, make_home, act, after) -> int:
    """Run `act(home)` on fresh homes with the power cut before each step in turn, then
    `after(home)` with power; return how many steps there were.
    """
    for cut_at in range(1000):
        home = make_home(cut_at)
        with monkeypatch.context() as wires:
            Mains(wires, cut_at)
            try:
                act(home)
                whole = True
            except PowerCut:
                whole = False
        after(home)
        if whole:
            return cut_at
    raise AssertionError("the act does not end")
