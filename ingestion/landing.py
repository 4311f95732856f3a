"""The landing folder: which files are new, and taking them in, one delivery each.

`landing/<office>/[historic/][<ledger>/]<file>`; `historic` (历史) marks a load of old data. What was taken is remembered in
`landing/.seen.json` (names may stand in landing, nowhere else); the register stays the truth.
"""

import hashlib
import json
import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingestion import clock, door, in_force, lake, register
from ingestion.contract import load_contracts
from ingestion.door import FileResult
from ingestion.home import Home
from ingestion.linkage import VARIABLE
from ingestion.mapping import References
from ingestion.problems import Problem
from ingestion.reading import is_candidate
from ingestion.rows import Context

SETTLE_SECONDS = 0.5
HISTORIC = ("historic", "历史")


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


def place(parts: tuple[str, ...]) -> tuple[str, str | None, bool]:
    """Return what a place in landing says: the office, the ledger if named, whether historic."""
    office, folders = (parts[0], list(parts[1:-1])) if len(parts) > 1 else ("", [])
    historic = folders[:1] != [] and folders[0] in HISTORIC
    return office, "/".join(folders[historic:]) or None, historic


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return size and time of a file as it now is; None when it is none, or gone."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0) if path.is_symlink() else None
    return (status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def unseen(home: Home) -> list[Arrival]:
    """List the arrivals that no run has taken as they now are.

    A refused file counts as new again once the home's rules or contracts have changed.
    """
    seen, rules = _load_seen(home), _rules_stamp(home)
    return [
        a for a in arrivals(home) if seen.get(_name(home, a)) not in ([*a.stamp], [*a.stamp, rules])
    ]


def take_all(
    home: Home,
    progress: Callable[[Taken, int, int], None] = lambda taken, done, total: None,
    settle_seconds: float = SETTLE_SECONDS,
) -> list[Taken]:
    """Take in every finished, unseen file. A bad file never stops the others."""
    waiting = unseen(home)
    if not waiting:
        return []
    contracts = load_contracts(home.contracts)
    references = References.of(home)
    known = register.entries(home)
    seen, rules = _load_seen(home), _rules_stamp(home)
    if settle_seconds:
        time.sleep(settle_seconds)
    taken = []
    for number, arrival in enumerate(waiting, start=1):
        again = seen.get(_name(home, arrival), [])[:2] == [*arrival.stamp]
        outcome = _take(home, arrival, contracts, references, known, again)
        taken.append(outcome)
        if outcome.result.problems[:1] != [Problem("still_writing")]:
            until = [rules] if outcome.result.refused else []
            seen[_name(home, arrival)] = [*arrival.stamp, *until]
            _save_seen(home, seen)
        progress(outcome, number, len(waiting))
    return taken


def context_for(office: str, references: References, known: list[register.Entry]) -> Context:
    """Return what an office's rows are judged against. Raises KeyError for an unknown office."""
    own = in_force.own_deliveries(known, office)
    return Context(office, references.org_regions[office], clock.now(), references, own)


def _take(
    home: Home, arrival: Arrival, contracts, references: References, known: list, again: bool
) -> Taken:
    """Take in one arrival. `again`: the same file was looked at before, under other rules."""
    result = FileResult(arrival.path, None, arrival.stamp[0])
    if _stamp(arrival.path) != arrival.stamp:
        result.problems.append(Problem("still_writing"))
        return Taken(arrival, result, None)
    if not arrival.office or "/" in (arrival.hint or ""):
        result.problems.append(Problem("misplaced"))
        return Taken(arrival, result, None)
    if arrival.office not in references.org_regions:
        result.problems.append(Problem("unknown_office"))
        return Taken(arrival, result, None)
    context = context_for(arrival.office, references, known)
    result = door.examine(arrival.path, contracts, context, arrival.hint)
    if _stamp(arrival.path) != arrival.stamp:  # what was read is not what now lies there
        result = FileResult(
            arrival.path, None, arrival.stamp[0], problems=[Problem("still_writing")]
        )
        return Taken(arrival, result, None)
    refused_again = again and in_force.was_refused(arrival.office, result, known)
    if refused_again or in_force.is_repeat(arrival.office, result, known):
        result.problems.append(Problem("repeated_delivery"))
        return Taken(arrival, result, None)
    key_id = references.key.key_id if references.key else None
    entry = lake.commit(home, arrival.office, result, known, key_id, arrival.historic)
    known.append(entry)
    return Taken(arrival, result, entry.sequence)


def _name(home: Home, arrival: Arrival) -> str:
    return arrival.path.relative_to(home.landing).as_posix()


def _seen_path(home: Home) -> Path:
    return home.landing / ".seen.json"


def _load_seen(home: Home) -> dict[str, list[int]]:
    path = _seen_path(home)
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _rules_stamp(home: Home) -> str:
    """Return a stamp of the home's rules, contracts and key file: what may turn a refusal round."""
    digest, key = hashlib.sha256(), Path(os.environ.get(VARIABLE, ""))
    listed = [sorted(f.glob("*")) for f in (home.rules, home.contracts) if f.exists()]
    for paths in [*listed, [key] if key.is_file() else []]:
        for path in paths:
            status = path.stat()
            digest.update(f"{path.name}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def _save_seen(home: Home, seen: dict) -> None:
    temporary = _seen_path(home).with_suffix(".tmp")
    temporary.write_text(json.dumps(seen), "utf-8")
    os.replace(temporary, _seen_path(home))
