"""Releases after their day: withdrawing one, and reducing old ones to what later proofs need.

Withdrawing leaves the folder as it is, leaves a notice and moves the pointer back. Pruning keeps of a
release its manifests, the rules it was made with and the figures it published: later releases that
compare with it still verify, and it can be rebuilt from the lake.
"""

import json
import os
from collections import Counter
from datetime import date, datetime, timedelta

from ingestion import clock
from ingestion.durable import sync_folder
from ingestion.errors import HouseError
from ingestion.home import Home
from publication import notices
from publication.diff import DEFINITIONS, VALUES
from publication.release import Release, current, list_releases, load, settle

NEWEST_KEPT = 10
KEEP_DAYS = 45
KEPT = ("run.json", "internal/manifest.json", "public/manifest.json", DEFINITIONS)
KEPT_FOLDERS = (f"{VALUES}/", "internal/home/")


def withdraw(home: Home, release_id: str, reason: str) -> dict:
    """Withdraw a release: a notice, then the pointer away from it. Done again, it changes nothing.

    Returns the notice and `current`, the release now pointed to or None. Raises HouseError without a
    reason, ReleaseError for a release that is not there.
    """
    if not reason.strip():
        raise HouseError("撤回要写明原因：--reason 文字。不要写入任何人的姓名或其他个人信息。")
    release = load(home, release_id)
    said = {"withdrawn_at": clock.now().isoformat(), "reason": reason.strip()}
    notice = notices.write(home.withdrawn, release.release_id, said)
    settle(home)
    now = current(home)
    return {**notice, "current": now.release_id if now else None}


def _issued(home: Home) -> set[str]:
    """Return the releases that issues and their editions are of: what was issued stays provable."""
    found = [
        json.loads(p.read_text("utf-8"))["release_id"] for p in home.issues.glob("*/*/issue.json")
    ]
    told = home.issues.glob("*/*/*/*/public/manifest.json")
    return {*found, *(json.loads(p.read_text("utf-8"))["data_version"]["release_id"] for p in told)}


def due(home: Home, keep_days: int = KEEP_DAYS) -> list[Release]:
    """Return the releases that retention would reduce, oldest first.

    Kept whole: the current one, each whose `as_of` is a month's end, each that an issue is of, the newest ten,
    those younger than `keep_days` days. One that is already reduced but not to the end, as by a kill, is due again.
    """
    now, listed = current(home), list_releases(home)
    newest = {r.release_id for r in listed[-NEWEST_KEPT:]}
    oldest = clock.now() - timedelta(days=keep_days)
    pruned, issued = notices.names(home.pruned), _issued(home)
    return [
        r
        for r in listed
        if (r.release_id in pruned and _surplus(r))
        or not (
            r.release_id in pruned | newest
            or (now and r.release_id == now.release_id)
            or r.release_id in issued
            or _is_month_end(datetime.fromisoformat(r.manifest["as_of"]).date())
            or datetime.fromisoformat(r.published_at) > oldest
        )
    ]


def prune(home: Home, releases: list[Release]) -> None:
    """Reduce releases: first the notice, then the files, so that a kill is completed next time."""
    for release in releases:
        notices.write(home.pruned, release.release_id, {"pruned_at": clock.now().isoformat()})
        for path in _surplus(release):
            path.unlink()
        for folder, _, _ in os.walk(release.folder, topdown=False):
            if not os.listdir(folder):
                os.rmdir(folder)
        sync_folder(release.folder)


def freed_bytes(releases: list[Release]) -> int:
    """Return what pruning gives back: files to which no other release has a link."""
    seen: Counter = Counter()
    sizes: dict[int, tuple[int, int]] = {}
    for release in releases:
        for path in _surplus(release):
            status = path.stat()
            seen[status.st_ino] += 1
            sizes[status.st_ino] = (status.st_nlink, status.st_size)
    return sum(size for inode, (links, size) in sizes.items() if seen[inode] == links)


def _surplus(release: Release) -> list:
    """Return the files of a release that pruning removes."""
    found = []
    for path in sorted(release.folder.rglob("*")):
        name = path.relative_to(release.folder).as_posix()
        if path.is_file() and name not in KEPT and not name.startswith(KEPT_FOLDERS):
            found.append(path)
    return found


def _is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
