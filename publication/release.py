"""Releases: made durable, linked under their name, pointed to. A release never changes.

`releases/current.json` is replaced atomically and last: a run killed before that leaves the last
release readable, and the next run completes. `releases/current.sql` opens the same release for any
DuckDB client; it follows the pointer, and `settle` makes good what a kill between the two left.
"""

import json
import os
import shutil
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion import clock
from ingestion.durable import replace_file, sync_folder
from ingestion.errors import HouseError
from ingestion.home import Home
from publication import notices
from publication.files import file_hashes, put

if TYPE_CHECKING:  # reading a release must not import what builds one, nor DuckDB before it is used
    import duckdb

    from publication.candidate import Candidate

PUBLIC_MODE, INTERNAL_MODE = 0o444, 0o440
PUBLIC_FOLDER_MODE, INTERNAL_FOLDER_MODE = 0o755, 0o750
VARIABLE = "petition_releases"
OPENING = threading.Lock()


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

    @property
    def tables(self) -> list[str]:
        """The names of the files of its tables."""
        return [name for name in self.manifest["files"] if name.endswith(".parquet")]

    @property
    def definitions(self) -> Path:
        """The home's rules, contracts and models as they were."""
        return self.folder / "internal" / "home"

    @property
    def published_at(self) -> str:
        path = self.folder / "run.json"
        return json.loads(path.read_text("utf-8"))["published_at"] if path.exists() else ""


def publish(home: Home, candidate: "Candidate", run: dict | None = None) -> Release:
    """Link a candidate that passed the gate under its name and point to it.

    A release of the same dials, code and rules is already there word for word: it is kept. One that
    was withdrawn, or reduced by retention, is not pointed to again: ReleaseError.
    """
    home.releases.mkdir(parents=True, exist_ok=True)
    _refuse_again(home, candidate.release_id)
    target = home.releases / candidate.release_id
    if not target.exists():
        before = candidate.manifest["compared_with"]
        aside = home.releases / f".{uuid.uuid4().hex}.tmp"
        aside.mkdir()
        new = put(candidate.folder, aside, home.releases / before if before else None)
        text = json.dumps({"published_at": _published_at(home), **(run or {})}, ensure_ascii=False)
        (aside / "run.json").write_text(text + "\n", "utf-8")
        seal(aside, [*new, aside / "run.json"])
        os.rename(aside, target)
        sync_folder(home.releases)
    point_to(home, candidate.release_id)
    return load(home, candidate.release_id)


def _published_at(home: Home) -> str:
    """Return the time, never before that of the current release: the order of releases outlives a clock set back."""
    before = current(home)
    return max(clock.now().isoformat(), before.published_at if before else "")


def _refuse_again(home: Home, release_id: str) -> None:
    withdrawn = notices.read(home.withdrawn, release_id)
    if withdrawn:
        raise ReleaseError(
            f"{release_id} 已于 {withdrawn['withdrawn_at']} 撤回（{withdrawn['reason']}），"
            "同样的台账、时点、规则和代码不会再次发布。请先更正台账或规则，或改统计时点，再运行。"
        )
    if notices.read(home.pruned, release_id):
        raise ReleaseError(
            f"{release_id} 已按保留期精简，不能再作当前版。"
            f"要看当时的数字请用 petition rebuild --release {release_id}；要发布请改统计时点。"
        )


def seal(folder: Path, new: list[Path], group: int | None = None) -> None:
    """Make every new file durable and read-only, then the folders durable; others are so already. What is in `public` is
    everybody's, the rest the `group`'s: that of the folder around it, if none is named.
    """
    _give(folder, new, folder.parent.stat().st_gid if group is None else group)
    for path in new:
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
        inside = path.relative_to(folder).parts[0]
        path.chmod(PUBLIC_MODE if inside == "public" else INTERNAL_MODE)
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir():
            inside = path.relative_to(folder).parts[:1]
            path.chmod(INTERNAL_FOLDER_MODE if inside == ("internal",) else PUBLIC_FOLDER_MODE)
            sync_folder(path)


def _give(folder: Path, new: list[Path], group: int) -> None:
    """Give a folder and its new files to a group: files linked from the place of work have another.

    A group that the service's user is not in, it may not give: `petition doctor` says so.
    """
    if os.geteuid() == 0 or group in (os.getegid(), *os.getgroups()):
        for path in [folder, *(p for p in folder.rglob("*") if p.is_dir()), *new]:
            os.chown(path, -1, group)


def point_to(home: Home, release_id: str) -> None:
    """Replace the pointer atomically, then what opens it."""
    replace_file(home.pointer, (json.dumps({"release_id": release_id}) + "\n").encode())
    _write_resolver(home, release_id)


def _write_resolver(home: Home, release_id: str) -> None:
    path = str(home.releases / release_id / "internal" / "serve.duckdb").replace("'", "''")
    text = f"{where(home.releases)};\nATTACH '{path}' AS mart (READ_ONLY);\nUSE mart;\n".encode()
    if not home.pointer_sql.exists() or home.pointer_sql.read_bytes() != text:
        replace_file(home.pointer_sql, text)


def point_back(home: Home) -> Release | None:
    """Point to the last release before the current one that still stands; None removes the pointer."""
    listed = list_releases(home)
    (here,) = [n for n, r in enumerate(listed) if r.release_id == _pointed(home)]
    gone = notices.names(home.withdrawn) | notices.names(home.pruned)
    standing = [r for r in listed[:here] if r.release_id not in gone]
    if standing:
        point_to(home, standing[-1].release_id)
        return standing[-1]
    home.pointer_sql.unlink(missing_ok=True)
    home.pointer.unlink()
    sync_folder(home.releases)
    return None


def settle(home: Home) -> None:
    """Make good what a kill left: half-made folders, a pointer to a withdrawn release, a stale resolver."""
    for path in home.releases.glob(".*.tmp") if home.releases.exists() else ():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    pointed = _pointed(home)
    if pointed and notices.read(home.withdrawn, pointed):
        point_back(home)
    elif pointed:
        _write_resolver(home, pointed)


def _pointed(home: Home) -> str | None:
    if not home.pointer.exists():
        return None
    return json.loads(home.pointer.read_text("utf-8"))["release_id"]


def current(home: Home) -> Release | None:
    """Return the release pointed to, or None when nothing was ever published or all is withdrawn."""
    pointed = _pointed(home)
    return load(home, pointed) if pointed else None


def load(home: Home, release_id: str | None) -> Release:
    """Return a release by id, the current one for None. Raises ReleaseError when there is none."""
    if release_id is None:
        found = current(home)
        if found is None:
            raise ReleaseError(
                "已发布的各版都已撤回，现在没有当前版。请更正后运行 petition run。"
                if notices.names(home.withdrawn)
                else "还没有发布过任何一版。请先运行 petition run。"
            )
        return found
    folder = home.releases / release_id
    if Path(release_id).name != release_id or not (folder / "internal" / "manifest.json").exists():
        raise ReleaseError(f"没有 {release_id} 这一版。用 petition release list 查看已有的各版。")
    manifest = json.loads((folder / "internal" / "manifest.json").read_text("utf-8"))
    return Release(folder, manifest)


def list_releases(home: Home) -> list[Release]:
    """Return every release, oldest first by when it was published."""
    found = [
        load(home, path.parent.parent.name)
        for path in home.releases.glob("*/internal/manifest.json")
        if not path.parent.parent.name.startswith(".")
    ]
    return sorted(found, key=lambda r: (r.published_at, r.release_id))


def where(releases: Path) -> str:
    """Return the SQL that tells a session where the releases are, for the views of their serve files."""
    return "set variable {} = '{}'".format(VARIABLE, str(releases).replace("'", "''"))


def altered(home: Home, release: Release) -> list[str]:
    """Name the files of a release that are not what its manifest pinned.

    Of a release that retention has reduced, files that are no longer there are as they should be.
    """
    now, want = file_hashes(release.folder), release.manifest["files"]
    pruned = notices.read(home.pruned, release.release_id) is not None
    return [
        name
        for name in sorted(want.keys() | now.keys())
        if want.get(name) != now.get(name) and not (pruned and name not in now)
    ]


def open_serve(release: Release, written: Sequence[Path] = ()) -> "duckdb.DuckDBPyConnection":
    """Open a release's file for an analyst: read-only, no files but the release's own tables, no
    network, settings locked. The house may name files to be `written`: no analyst's SQL is run then,
    and exports set the number of threads.
    """
    import duckdb

    if not release.serve.exists():
        raise ReleaseError(
            f"{release.release_id} 已精简，不带查询库。"
            f"请用 petition rebuild --release {release.release_id} 重建后查看。"
        )
    with OPENING:
        connection = duckdb.connect(str(release.serve), read_only=True)
        connection.execute(where(release.folder.parent))
        # a second connection of one process to one file has the settings of the first
        (closed,) = connection.execute("select current_setting('lock_configuration')").fetchone()
        if closed and not written:
            return connection
        allowed = [*(release.folder / name for name in release.tables), *written]
        connection.execute("set allowed_paths = ?", [[*map(str, allowed)]])
        connection.execute("set enable_external_access = false")
        if not written:
            connection.execute("set lock_configuration = true")
    return connection


def has(connection: "duckdb.DuckDBPyConnection", table: str) -> bool:
    """Whether an opened release has a table; one of an earlier program may lack it."""
    asked = "select count(*) from duckdb_views() where view_name = ?"
    return connection.execute(asked, [table]).fetchone()[0] > 0


def records(cursor: "duckdb.DuckDBPyConnection") -> list[dict]:
    """Return the rows of a query as columns by name."""
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def connect(home: Home, release_id: str | None = None) -> "duckdb.DuckDBPyConnection":
    """Open the current release, or the one named, for reading: `connect(Home.find())`."""
    return open_serve(load(home, release_id))
