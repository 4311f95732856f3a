"""Notices beside the releases: what was withdrawn, what retention has reduced. A release's own
folder never changes to say so.

A notice is `<folder>/<release id>.json`, world-readable, put in place at once and never overwritten.
"""

import json
from pathlib import Path

from ingestion.durable import replace_file

MODE = 0o444


def read(folder: Path, release_id: str) -> dict | None:
    """Return a release's notice in a folder of notices, or None."""
    path = folder / f"{release_id}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def names(folder: Path) -> set[str]:
    """Return the ids of the releases that have a notice."""
    return {path.stem for path in folder.glob("*.json")}


def write(folder: Path, release_id: str, notice: dict) -> dict:
    """Put a notice in place and return it; one that is already there stands and is returned."""
    standing = read(folder, release_id)
    if standing:
        return standing
    folder.mkdir(parents=True, exist_ok=True)
    notice = {"release_id": release_id, **notice}
    path = folder / f"{release_id}.json"
    replace_file(path, (json.dumps(notice, ensure_ascii=False, indent=1) + "\n").encode())
    path.chmod(MODE)
    return notice
