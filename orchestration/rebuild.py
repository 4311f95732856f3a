"""A past view, built from the lake in a fresh file: the dials and the rules of a release, or any past day.

`verify`, `petition rebuild` and the bridge between two releases' definitions share it. Nothing here
publishes, and the home's own working file is never touched.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ingestion import clock, register, warehouse
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

    def made(folder: Path) -> Path:
        return build(view(home, release, folder), release.manifest)

    return _kept(home, release.release_id, to, made)


def dials_of_day(home: Home, as_of: datetime, known_at: datetime | None) -> dict:
    """Return the dials of a past day: judged at `as_of`, by the deliveries that were recorded by `known_at` (not given:
    by `as_of`). Raises HouseError for a day that is not past, or of which nothing was known.
    """
    known = [e for e in register.deliveries(home) if e.recorded_at <= (known_at or as_of)]
    if as_of > clock.now():
        raise HouseError(f"{as_of} 还没有到。请写一个已经过去的时点。")
    if not known:
        raise HouseError(
            f"到 {known_at or as_of} 为止还没有登记过报送。请写晚一些的时点，或用 --known-at 写明按何时已知的来算。"
        )
    return {"as_of": as_of.isoformat(), "known_to": known[-1].sequence}


def keep_day(home: Home, dials: dict, to: Path | None) -> tuple[Path, str]:
    """Build a past day by the home's present rules and put it as `keep` does; return the file and its catalog."""
    name = f"{dials['as_of'][:10]}-{dials['known_to']:05d}"

    def made(folder: Path) -> Path:
        return build(replace(home, work_root=folder, catalog=name), dials)

    return _kept(home, name, to, made), name


def _kept(home: Home, name: str, to: Path | None, made: Callable[[Path], Path]) -> Path:
    """Put a file that is made in a folder of its own where it is asked for."""
    target = (to or home.rebuilt / f"{name}.duckdb").resolve()
    if to and target.exists():
        raise HouseError(f"{to} 已经存在，不会覆盖。请换一个文件名，或先移走它。")
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = target.parent / f".{name}.building"
    try:
        os.replace(made(folder), target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return target


def how_to_open(file: Path, catalog: str) -> list[str]:
    """Return the lines that open a rebuilt file; its views know the catalog by this name."""
    quoted = str(file).replace("'", "''")
    return [
        f"ATTACH '{quoted}' AS \"{catalog}\" (READ_ONLY);",
        f'USE "{catalog}";',
    ]
