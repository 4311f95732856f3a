"""Homes for tests of `petition doctor`: one with a file to take, and the least that is a release."""

import json
from pathlib import Path

from ingestion.home import Home
from orchestration import doctor
from publication import release as releases
from tests.door_files import HEADERS, OFFICE, make_home, row, text

TABLE = [HEADERS, row(1)]


def make(root: Path) -> Home:
    """Make a home with one file in landing."""
    found = make_home(root)
    text(found.landing / OFFICE / "a.csv", TABLE)
    return found


def listing(folder: Path) -> dict:
    """Return size and time of all that a folder holds."""
    return {p: (p.stat().st_size, p.stat().st_mtime_ns) for p in folder.rglob("*")}


def release(home: Home, release_id="20250531-00001-x") -> Path:
    """Make the least that is a release: a manifest, a serve file, a public file; pointed to."""
    folder = home.releases / release_id
    for part in ("public", "internal"):
        (folder / part).mkdir(parents=True)
    manifest = {"as_of": "2025-05-31T23:59:59", "known_to": 1}
    (folder / "internal" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder / "internal" / "serve.duckdb").write_bytes(
        b"\0" * 8 + b"DUCK" + b"\0" * 40 + b"v0.0.1" + b"\0" * 40
    )
    (folder / "public" / "values.csv").write_text("a", "utf-8")
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444 if path.parent.name == "public" else 0o440)
    releases.point_to(home, release_id)
    return folder


def states(home: Home) -> dict[str, str]:
    """Return what each line of the doctor's table says."""
    return {f.name: f.state for f in doctor.examine(home)}
