"""Withdrawing and reducing releases, under the writer's lock, and telling the lake what now stands."""

from collections.abc import Callable

from ingestion.home import Home
from orchestration import writer
from publication import release as releases
from publication import retention, told


def withdraw(home: Home, release_id: str, reason: str, say: Callable[[str], None]) -> dict:
    """Withdraw a release; the figures that stand again are told to the lake. See `retention`."""
    releases.load(home, release_id)  # a wrong id is said before waiting for a running writer
    writer.hold(home, "petition release withdraw", say)
    try:
        found = retention.withdraw(home, release_id, reason)
        now = releases.current(home)
        if now:
            told.tell(home, now)
        return found
    finally:
        writer.release(home)


def prune(home: Home, keep_days: int, really: bool, say: Callable[[str], None]) -> dict:
    """Return which releases retention reduces and what that frees; reduce them when `really`."""
    if not really:
        return _found(retention.due(home, keep_days), False)
    writer.hold(home, "petition release prune", say)
    try:
        due = retention.due(home, keep_days)
        found = _found(due, True)
        retention.prune(home, due)
        return found
    finally:
        writer.release(home)


def _found(due: list[releases.Release], done: bool) -> dict:
    return {
        "releases": [r.release_id for r in due],
        "freed_bytes": retention.freed_bytes(due),
        "done": done,
    }
