"""Periodic issues: what a release said of a period at its cut-off, under embargo until it is printed.

An issue is a folder `issues/<series>/<period>/` with `issue.json` (the calendar, the release that it is of),
`figures.csv` (of the release's public values, the months of the period and its year to date), and for each region that
the rule names `<region>/`, the editions of its own issue (`publication/editions.py`). It is made once, of the last release
published by the cut-off that reaches the period's end; where none did, of the first one after it, and says that it is
late. Until the instant of its print only the service's user may enter the folder. The embargo is of the issue: a release
is data and has its own public part.
"""

import csv
import json
import os
import shutil
import stat
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from filelock import FileLock

from ingestion.durable import sync_folder, write_synced
from ingestion.errors import HouseError
from ingestion.home import Home
from publication import editions, notices
from publication.bulletin.contents import contents
from publication.bulletin.layout import Edition
from publication.calendar import Entry, entries, months_of, regions_of
from publication.release import (
    PUBLIC_FOLDER_MODE,
    PUBLIC_MODE,
    Release,
    list_releases,
)

EMBARGOED_MODE = 0o700
PINNED = ("as_of", "known_to", "code_sha256", "definitions_sha256")


def folder(home: Home, entry: Entry) -> Path:
    """Return where an issue lies."""
    return home.issues / entry.series_code / entry.period


def settle(home: Home, now: datetime) -> dict[str, list[Path]]:
    """Make the issues whose cut-off has passed, and open those whose print has come; return both.

    Nothing is made of a period that ended before the house published anything. Killed at any step, it is completed
    by being asked again.
    """
    home.issues.mkdir(parents=True, exist_ok=True)
    with FileLock(home.issues / ".lock"):  # who comes second finds all done
        for path in home.issues.glob("*/.*.tmp"):
            shutil.rmtree(path)
        made = [_make(home, entry, release) for entry, release in _to_make(home, now)]
        opened = _to_open(home, now)
        for place in opened:
            place.chmod(PUBLIC_FOLDER_MODE)
    return {"made": made, "opened": opened}


def is_anything_due(home: Home, now: datetime) -> bool:
    """Return whether `settle` would do anything."""
    return bool(_to_open(home, now) or _to_make(home, now))


def _to_make(home: Home, now: datetime) -> list[tuple[Entry, Release]]:
    """Return what was cut off since the first release and is not there, with the release that it is of."""
    standing = _standing(home)
    found = [(e, _release_of(standing, e)) for e in _not_made(home, standing, now, now)]
    return [(entry, release) for entry, release in found if release]


def _not_made(home: Home, standing: list[Release], now: datetime, until: datetime) -> list[Entry]:
    since = datetime.fromisoformat(standing[0].published_at) if standing else now
    return [e for e in entries(home.rules, since, until) if not folder(home, e).exists()]


def _to_open(home: Home, now: datetime) -> list[Path]:
    """Return the folders of issues whose print has come and that are closed yet."""
    withdrawn = notices.names(home.withdrawn)
    printed = [
        place for place, said in _made(home)
        if _is_printed(said, now) and said["release_id"] not in withdrawn
    ]  # fmt: skip
    return [p for p in printed if stat.S_IMODE(p.stat().st_mode) != PUBLIC_FOLDER_MODE]


def _made(home: Home) -> list[tuple[Path, dict]]:
    """Return the issues there are: each folder, and what its `issue.json` says."""
    found = sorted(home.issues.glob("*/*/issue.json"))
    return [(path.parent, json.loads(path.read_text("utf-8"))) for path in found]


def _is_printed(said: dict, now: datetime) -> bool:
    return datetime.fromisoformat(said["print_at"]) <= now


def _standing(home: Home) -> list[Release]:
    """Return the releases that were published and not withdrawn, and still have their public part."""
    gone = notices.names(home.withdrawn) | notices.names(home.pruned)
    return [r for r in list_releases(home) if r.published_at and r.release_id not in gone]


def _release_of(standing: list[Release], entry: Entry) -> Release | None:
    reaching = [
        r for r in standing
        if datetime.fromisoformat(r.manifest["as_of"]).date() >= entry.last_date
    ]  # fmt: skip
    in_time = [r for r in reaching if datetime.fromisoformat(r.published_at) <= entry.cut_off_at]
    return (in_time[-1:] or reaching[:1] or [None])[0]


def _make(home: Home, entry: Entry, release: Release) -> Path:
    """Make an issue aside, and put it in its place as a whole, closed."""
    target = folder(home, entry)
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.parent / f".{uuid.uuid4().hex}.tmp"
    aside.mkdir(mode=EMBARGOED_MODE)
    counted = _write_figures(aside / "figures.csv", release, entry)
    said = {
        **entry.said(),
        **{name: release.manifest.get(name) for name in PINNED},
        "release_id": release.release_id,
        "late_flag": datetime.fromisoformat(release.published_at) > entry.cut_off_at,
        "figure_counts": counted,
        "regions": _write_regions(home, aside, release, entry),
    }
    _write_json(aside / "issue.json", said)
    for path in (p for p in aside.iterdir() if p.is_file()):
        path.chmod(PUBLIC_MODE)
    sync_folder(aside)
    os.rename(aside, target)
    sync_folder(target.parent)
    return target


def _write_regions(
    home: Home, aside: Path, release: Release, entry: Entry
) -> dict[str, str | None]:
    """Write the draft of each region that the rule names; return why there is none of one, else null: one that cannot be
    made keeps no other back.
    """
    found = {}
    for region in regions_of(home.rules, entry):
        place = aside / region
        place.mkdir()
        try:
            earlier = editions.before(home, entry, region)
            said = contents(release, entry, region, earlier, home.rules)
            editions.draft(home, place, release, said, Edition())
        except HouseError as why:
            found[region] = str(why)
            shutil.rmtree(place)
            continue
        found[region] = None
    return found


def _write_json(path: Path, said: dict) -> None:
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    write_synced(path, text.encode())


def _write_figures(path: Path, release: Release, entry: Entry) -> dict[str, int]:
    """Write the public figures of an issue; return how many there are of each status."""
    periods = {*months_of(entry), f"{entry.last_date:%Y}"}
    counted: Counter = Counter()
    with path.open("x", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        for number, rows in enumerate(_public_rows(release, sorted({p[:4] for p in periods}))):
            if number == 0:
                at, status = rows.index("period"), rows.index("status_code")
                writer.writerow(rows)
            elif rows[at] in periods:
                writer.writerow(rows)
                counted[rows[status]] += 1
        target.flush()
        os.fsync(target.fileno())
    return dict(sorted(counted.items()))


def _public_rows(release: Release, years: list[str]) -> Iterator[list[str]]:
    """Yield the header of a release's public values, and their rows of some years."""
    places = [release.folder / "public" / "values" / f"{year}.csv" for year in years]
    for number, place in enumerate(p for p in places if p.exists()):
        with place.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.reader(source)
            head = next(reader)
            if number == 0:
                yield head
            yield from reader


def listing(home: Home, now: datetime, until: datetime) -> list[dict]:
    """Return the issues there are, oldest print first, then those to come until a day, with their state:
    `printed`, `embargoed`, `late` (cut off, and no release that reaches it), `scheduled`.
    """
    found = [
        said
        | {
            "state": "printed" if _is_printed(said, now) else "embargoed",
            "editions": {
                region: _edition_state(place / region, why)
                for region, why in said.get("regions", {}).items()
            },
        }
        for place, said in _made(home)
    ]
    for entry in _not_made(home, _standing(home), now, until):
        state = "late" if entry.cut_off_at <= now else "scheduled"
        found.append(entry.said() | {"state": state, "release_id": None})
    return sorted(found, key=lambda one: (one["print_at"], one["series_code"], one["period"]))


def _edition_state(folder: Path, why: str | None) -> str:
    """Say in Chinese how far the issue of a region is."""
    if why:
        return f"没有作成：{why}"
    signed = [f"第 {e['version']} 版 {e['signed_by']} 已签发" for e in editions.versions(folder)]
    waits = editions.waiting(folder)
    return "，".join([*signed, *([f"第 {waits.version} 版待签发（送审稿）"] if waits else [])])
