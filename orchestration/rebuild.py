"""A past view, built from the lake in a fresh file: the dials and the rules of a release.

`verify`, `petition rebuild` and the bridge between two releases' definitions share it. Nothing here
publishes, and the home's own working file is never touched.
"""

import os
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ingestion import warehouse
from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration import project
from publication import candidate
from publication.release import Release


def view(home: Home, release: Release, folder: Path) -> Home:
    """Return the home as a release saw it: its rules, contracts and models, working in `folder`.

    A release from before rules were kept with it is seen with the home's present ones.
    """
    pinned = release.definitions if "definitions_sha256" in release.manifest else None
    return replace(home, definitions_root=pinned, work_root=folder, catalog=release.release_id)


def build(view_: Home, manifest: dict) -> Path:
    """Build a release's dials in the view's fresh working file; return it. Raises BuildError."""
    as_of = datetime.fromisoformat(manifest["as_of"])
    view_.warehouse.unlink(missing_ok=True)
    warehouse.load(view_, as_of, manifest["known_to"])
    failed = project.failures(project.build(view_, [], tests=False))
    if failed:
        raise project.BuildError("重建没有成功：" + "；".join(failed))
    return view_.warehouse


def bridge(home: Home, previous: Release | None, folder: Path) -> Path | None:
    """Return the earlier release's dials under the home's present models and rules, exported.

    None where nothing that defines a figure has changed since: what differs is then data.
    """
    if previous is None:
        return None
    if previous.manifest.get("definitions_sha256") == candidate.definitions_hash(home):
        return None
    shutil.rmtree(folder, ignore_errors=True)
    scratch = replace(home, work_root=folder, catalog="bridge")
    built = build(scratch, previous.manifest)
    exported = candidate.export_comparable(built, folder / "figures")
    built.unlink()
    return exported


def keep(home: Home, release: Release, to: Path | None) -> Path:
    """Build a release's past view and put it at `to`, or in the home's work folder; return the file.

    Raises HouseError when `to` already exists: a file of the operator's is never overwritten.
    """
    target = (to or home.rebuilt / f"{release.release_id}.duckdb").resolve()
    if to and target.exists():
        raise HouseError(f"{to} 已经存在，不会覆盖。请换一个文件名，或先移走它。")
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = target.parent / f".{release.release_id}.building"
    try:
        os.replace(build(view(home, release, folder), release.manifest), target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return target


def how_to_open(file: Path, release: Release) -> list[str]:
    """Return the lines that open a rebuilt file; its views know the catalog by the release's id."""
    quoted = str(file).replace("'", "''")
    return [
        f"ATTACH '{quoted}' AS \"{release.release_id}\" (READ_ONLY);",
        f'USE "{release.release_id}";',
    ]
