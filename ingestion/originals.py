"""The originals in landing after their time: what the house's rule no longer keeps is removed.

Names and texts stand in landing alone, so it is not kept for ever. Only the bytes that the register holds as a
delivery go, some days after they were recorded; the lake is never touched. `landing/.purged.jsonl` says of each
which delivery it was, never its name.
"""

import hashlib
import json
import os
from collections import Counter
from datetime import datetime, timedelta

from ingestion import clock, landing, register
from ingestion.home import Home
from ingestion.landing import Arrival
from ingestion.register import Entry
from ingestion.rule_tables import ORIGINALS, rule_rows

JOURNAL = ".purged.jsonl"
LOADED, NOT_LOADED = ORIGINALS


def kept_days(home: Home) -> dict[str, int]:
    """Return how many days an original is kept after it was recorded, by whether all its rows were loaded:
    what a file that was refused or has rows held back says, it alone holds.
    """
    return {row["kind_code"]: int(row["day_count"]) for row in rule_rows("retention", home.rules)}


def purge_due(home: Home) -> Counter:
    """Remove the originals whose days are over; return how many files of each kind.

    A file that was changed, or that no run has taken yet, is not touched. Under the writer's lock; killed on
    the way, the next one goes on.
    """
    now, days = clock.now(), kept_days(home)
    last = {
        (e.record["office_code"], e.record["file_sha256"]): e for e in register.deliveries(home)
    }
    over = {
        told: entry
        for told, entry in last.items()
        if entry.recorded_at < now - timedelta(days=days[kind_of(entry)])
    }
    sizes = {entry.record["file_bytes"] for entry in over.values()}
    alike = [a for a in landing.taken(home) if a.stamp[0] in sizes] if over else []
    found = [(arrival, over.get((arrival.office, _sha256(arrival)))) for arrival in alike]
    due = [(arrival, entry) for arrival, entry in found if entry]
    if due:
        _write_down(home, [entry for _, entry in due], now)
    return Counter(kind_of(entry) for arrival, entry in due if _removed(arrival))


def kind_of(entry: Entry) -> str:
    """Return whether every row of a delivery is in the lake, or its original alone holds some."""
    held = sum(told["quarantined"] for told in entry.ledgers)
    return NOT_LOADED if held or entry.record["outcome"] == "refused" else LOADED


def _sha256(arrival: Arrival) -> str | None:
    try:
        with arrival.path.open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except OSError:  # gone since the listing, or not to be read: it stays as it is
        return None


def _removed(arrival: Arrival) -> bool:
    """Remove a file, unless it is no longer the one that was read."""
    if not landing.is_as_listed(arrival):
        return False
    arrival.path.unlink()
    return True


def _write_down(home: Home, entries: list[Entry], now: datetime) -> None:
    """Say what is about to be removed; after a kill a line stands twice, which says no more."""
    with (home.landing / JOURNAL).open("a", encoding="ascii") as journal:
        for entry in entries:
            told = {"sequence": entry.sequence, "file_sha256": entry.record["file_sha256"]}
            said = told | {"kind_code": kind_of(entry), "purged_at": now.isoformat()}
            journal.write(json.dumps(said) + "\n")
        journal.flush()
        os.fsync(journal.fileno())
