"""The landing folder: which files are new, and taking them in, one delivery each.

`landing/<office>/[historic/][<ledger>/]<file>`; `historic` (历史) marks a load of old data. What was
taken is remembered in `seen`.
"""

import hashlib
import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingestion import door, lake, register
from ingestion.contract import load_contracts
from ingestion.door import FileResult
from ingestion.durable import clear
from ingestion.home import Home, place
from ingestion.in_force import Tellings
from ingestion.linkage import VARIABLE
from ingestion.mapping import References
from ingestion.problems import Problem
from ingestion.reading import is_candidate
from ingestion.register import Entry
from ingestion.seen import Note, Seen

SETTLE_SECONDS = 0.5
TOGETHER_FILES, TOGETHER_ROWS = 64, 50_000  # that are committed at a time


@dataclass(frozen=True)
class Arrival:
    """A file in landing: which office put it there, and the ledger its folder names, if any."""

    path: Path
    office: str
    hint: str | None
    stamp: tuple[int, int]
    historic: bool = False


@dataclass(frozen=True)
class Taken:
    """What became of one arrival. `sequence` is None when nothing was committed."""

    arrival: Arrival
    result: FileResult
    sequence: int | None


def arrivals(home: Home) -> list[Arrival]:
    """List every delivery file in landing, oldest first; a listing only, nothing is read."""
    found = []
    for path in home.landing.rglob("*") if home.landing.exists() else ():
        parts = path.relative_to(home.landing).parts
        if any(p.startswith(".") for p in parts) or not is_candidate(path):
            continue
        stamp = _stamp(path)
        if stamp is None:
            continue
        office, hint, historic = place(parts)
        found.append(Arrival(path, office, hint, stamp, historic))
    return sorted(found, key=lambda a: (a.stamp[1], a.path.as_posix()))


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return size and time of a file as it now is; None when it is none, or gone."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0) if path.is_symlink() else None
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def is_as_listed(arrival: Arrival) -> bool:
    """Tell whether the file is still the one that was listed."""
    return _stamp(arrival.path) == arrival.stamp


def unseen(home: Home) -> list[Arrival]:
    """List the arrivals that no run has taken as they now are.

    A refused file counts as new again once the home's rules or contracts have changed.
    """
    return _listed(home, Seen(home), _rules_stamp(home), seen_before=False)


def taken(home: Home) -> list[Arrival]:
    """List the arrivals that a run has taken as they now are."""
    return _listed(home, Seen(home), _rules_stamp(home), seen_before=True)


def _listed(home: Home, seen: Seen, rules: str, *, seen_before: bool) -> list[Arrival]:
    def is_taken(arrival: Arrival) -> bool:
        stamp = [*arrival.stamp]
        return seen.stamps.get(_name(home, arrival)) in (stamp, [*stamp, rules])

    return [arrival for arrival in arrivals(home) if is_taken(arrival) == seen_before]


def take_all(
    home: Home,
    progress: Callable[[Taken, int, int], None] = lambda taken, done, total: None,
    settle_seconds: float = SETTLE_SECONDS,
) -> list[Taken]:
    """Take in every finished, unseen file. A bad file never stops the others. For one process at a time: what a
    killed one left is made good first.
    """
    seen, rules = Seen(home), _rules_stamp(home)
    seen.fold()
    for folder in (home.landing, home.register):
        clear(folder)
    waiting = _listed(home, seen, rules, seen_before=False)
    if not waiting:
        return []
    intake = _Intake(home, seen, rules, len(waiting), progress)
    if settle_seconds:
        time.sleep(settle_seconds)
    try:
        for arrival in waiting:
            intake.take(arrival)
    finally:
        intake.close()  # what was read before an error is taken all the same
    return intake.taken


class _Intake:
    """Files on their way into the lake: read one by one, committed some together, in their order."""

    def __init__(self, home: Home, seen: Seen, rules: str, total: int, progress: Callable):
        self.home, self.seen, self.rules = home, seen, rules
        self.total, self.progress = total, progress
        self.contracts = load_contracts(home.contracts)
        self.references = References.of(home)
        self.known = register.entries(home)
        self.tellings = Tellings(self.known)
        self.taken: list[Taken] = []
        self.written: list[tuple[Taken, Entry | None]] = []
        self.rows = 0

    def take(self, arrival: Arrival) -> None:
        """Read an arrival and write what it gave; it is committed with those around it."""
        result, whole = self._looked_at(arrival)
        entry = None
        if whole and not self._is_again(arrival, result):
            key = self.references.key
            office, key_id = arrival.office, key.key_id if key else None
            entry = lake.write(self.home, office, result, self.known, key_id, arrival.historic)
            self.known.append(entry)
            self.tellings.add(entry)
        self.written.append((Taken(arrival, result, entry and entry.sequence), entry))
        self.rows += result.receipt.read
        if len(self.written) >= TOGETHER_FILES or self.rows >= TOGETHER_ROWS:
            self.commit()

    def _looked_at(self, arrival: Arrival) -> tuple[FileResult, bool]:
        """Return what is to be said of an arrival, and whether the door read it, and it whole."""

        def not_read(code: str) -> tuple[FileResult, bool]:
            result = FileResult(arrival.path, None, arrival.stamp[0], problems=[Problem(code)])
            return result, False

        if not is_as_listed(arrival):
            return not_read("still_writing")
        if not arrival.office or "/" in (arrival.hint or ""):
            return not_read("misplaced")
        if arrival.office not in self.references.org_regions:
            return not_read("unknown_office")
        context = self.tellings.context(arrival.office, self.references)
        result = door.examine(arrival.path, self.contracts, context, arrival.hint)
        if not is_as_listed(arrival):  # what was read is not what now lies there
            return not_read("still_writing")
        return result, True

    def _is_again(self, arrival: Arrival, result: FileResult) -> bool:
        """Tell whether the file says nothing new: in force, or refused before under other rules."""
        looked_at = self.seen.stamps.get(_name(self.home, arrival), [])[:2] == [*arrival.stamp]
        again = looked_at and self.tellings.was_refused(arrival.office, result)
        again = again or self.tellings.is_repeat(arrival.office, result)
        if again:
            result.problems.append(Problem("repeated_delivery"))
        return again

    def commit(self) -> None:
        """Commit what was written so far, and say so of each file."""
        written, self.written, self.rows = self.written, [], 0
        notes = [self._note(*item) for item in written if not _still_writing(item[0])]
        self.seen.note(notes)
        entries = [entry for _, entry in written if entry is not None]
        if entries:
            lake.enter(self.home, entries)
        self.seen.count(notes)
        for taken, _ in written:
            self.taken.append(taken)
            self.progress(taken, len(self.taken), self.total)

    def _note(self, taken: Taken, entry: Entry | None) -> Note:
        until = [self.rules] if taken.result.refused else []
        stamp = [*taken.arrival.stamp, *until]
        sha256 = entry and entry.record["file_sha256"]
        return Note(_name(self.home, taken.arrival), stamp, taken.sequence, sha256)

    def close(self) -> None:
        """Commit the rest and remember what was taken."""
        try:
            self.commit()
        finally:
            self.seen.fold()


def _still_writing(taken: Taken) -> bool:
    return taken.result.problems[:1] == [Problem("still_writing")]


def _name(home: Home, arrival: Arrival) -> str:
    return arrival.path.relative_to(home.landing).as_posix()


def _rules_stamp(home: Home) -> str:
    """Return a stamp of the home's rules, contracts and key file: what may turn a refusal round."""
    digest, key = hashlib.sha256(), Path(os.environ.get(VARIABLE, ""))
    listed = [sorted(f.glob("*")) for f in (home.rules, home.contracts) if f.exists()]
    for paths in [*listed, [key] if key.is_file() else []]:
        for path in paths:
            status = path.stat()
            digest.update(f"{path.name}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
