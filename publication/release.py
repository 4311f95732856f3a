"""Releases: made durable, linked under their name, pointed to. A release never changes.

`releases/current.json` is replaced atomically and last: a run killed before that leaves the last
release readable, and the next run completes.
"""

import json
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion import clock
from ingestion.durable import replace_file, sync_folder
from ingestion.errors import HouseError
from ingestion.home import Home

if TYPE_CHECKING:  # reading a release must not import what builds one
    from publication.candidate import Candidate

PUBLIC_MODE, INTERNAL_MODE = 0o444, 0o440


class ReleaseError(HouseError):
    """There is no such release, or one is not whole; the message says what to do, in Chinese."""


@dataclass(frozen=True)
class Release:
    """A published release folder."""

    folder: Path
    manifest: dict

    @property
    def release_id(self) -> str:
        return self.folder.name

    @property
    def serve(self) -> Path:
        return self.folder / "internal" / "serve.duckdb"


def publish(home: Home, candidate: "Candidate", run: dict | None = None) -> Release:
    """Link a candidate that passed the gate under its name and point to it.

    A release of the same dials, code and rules is already there word for word: it is kept.
    """
    home.releases.mkdir(parents=True, exist_ok=True)
    target = home.releases / candidate.release_id
    if not target.exists():
        aside = home.releases / f".{uuid.uuid4().hex}.tmp"
        shutil.copytree(candidate.folder, aside)
        text = json.dumps(
            {"published_at": clock.now().isoformat(), **(run or {})}, ensure_ascii=False
        )
        (aside / "run.json").write_text(text + "\n", "utf-8")
        _seal(aside)
        os.rename(aside, target)
        sync_folder(home.releases)
    point_to(home, candidate.release_id)
    return load(home, candidate.release_id)


def _seal(folder: Path) -> None:
    """Make every file durable and read-only, then its folders durable."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
            inside = path.relative_to(folder).parts[0]
            path.chmod(PUBLIC_MODE if inside == "public" else INTERNAL_MODE)
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir():
            sync_folder(path)


def point_to(home: Home, release_id: str) -> None:
    """Replace the pointer atomically."""
    replace_file(home.pointer, (json.dumps({"release_id": release_id}) + "\n").encode())


def current(home: Home) -> Release | None:
    """Return the release pointed to, or None when nothing was ever published."""
    if not home.pointer.exists():
        return None
    return load(home, json.loads(home.pointer.read_text("utf-8"))["release_id"])


def load(home: Home, release_id: str | None) -> Release:
    """Return a release by id, the current one for None. Raises ReleaseError when there is none."""
    if release_id is None:
        found = current(home)
        if found is None:
            raise ReleaseError("还没有发布过任何一版。请先运行 petition run。")
        return found
    folder = home.releases / release_id
    if Path(release_id).name != release_id or not (folder / "internal" / "manifest.json").exists():
        raise ReleaseError(f"没有 {release_id} 这一版。用 petition release list 查看已有的各版。")
    manifest = json.loads((folder / "internal" / "manifest.json").read_text("utf-8"))
    return Release(folder, manifest)


def list_releases(home: Home) -> list[Release]:
    """Return every release, oldest first by when it was published."""
    if not home.releases.exists():
        return []
    names = [p.name for p in home.releases.iterdir() if p.is_dir() and not p.name.startswith(".")]
    found = [load(home, name) for name in names]
    return sorted(found, key=lambda r: (_published_at(r), r.release_id))


def _published_at(release: Release) -> str:
    path = release.folder / "run.json"
    return json.loads(path.read_text("utf-8"))["published_at"] if path.exists() else ""


def sweep(home: Home) -> None:
    """Remove what a killed run left half-made beside the releases."""
    for path in home.releases.glob(".*.tmp") if home.releases.exists() else ():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
