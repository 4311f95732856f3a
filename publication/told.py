"""A release's figures as the ledger of published figures takes them: masked columns, no rows.

What was told last is remembered beside the working file, so that of a release that is compared with
it only the periods are told whose file is another. Without that memory every figure is looked at.
"""

import json
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion import published, register
from ingestion.durable import replace_file
from ingestion.home import Home
from ingestion.register import Entry
from publication.diff import DEFINITIONS, VALUES
from publication.release import Release


def tell(home: Home, release: Release) -> Entry | None:
    """Tell the lake what a release published; None when nothing differs from what was last told."""
    last = _remembered(home)
    if last == release.release_id:
        return None
    names = _files(release)
    periods = _other_periods(home, release, last, names)
    if periods == []:
        _remember(home, release)
        return None
    columns = ", ".join(f.name for f in published.FIGURES)
    read = [n for n in names if periods is None or Path(n).stem in periods]
    with duckdb.connect() as connection:
        figures = connection.execute(
            f"select {columns} from read_parquet($figures) as told"
            " inner join read_parquet($definitions) as defined using (indicator_code, variant)"
            + ("" if read else " limit 0"),
            {
                "figures": [str(release.folder / n) for n in read or names[:1]],
                "definitions": str(release.folder / DEFINITIONS),
            },
        ).to_arrow_table()
    as_of = datetime.fromisoformat(release.manifest["as_of"])
    entry = published.tell(home, figures, release.release_id, as_of, periods)
    _remember(home, release)
    return entry


def _files(release: Release) -> list[str]:
    return sorted(n for n in release.manifest["files"] if n.startswith(f"{VALUES}/"))


def _other_periods(
    home: Home, release: Release, last: str | None, names: list[str]
) -> list[str] | None:
    """Return the periods whose figures are not those of what was last told; None: any can be."""
    if last is None or last != release.manifest["compared_with"]:
        return None
    path = home.releases / last / "internal" / "manifest.json"
    if not path.exists():
        return None
    before, now = json.loads(path.read_text("utf-8"))["files"], release.manifest["files"]
    if before.get(DEFINITIONS) != now.get(DEFINITIONS):
        return None
    gone = [n for n in before if n.startswith(f"{VALUES}/") and n not in now]
    return sorted({Path(n).stem for n in [*names, *gone] if before.get(n) != now.get(n)})


def _last_entry(home: Home) -> int:
    told = [e.sequence for e in register.entries(home) if e.kind == published.KIND]
    return told[-1] if told else 0


def _remember(home: Home, release: Release) -> None:
    said = {"release_id": release.release_id, "sequence": _last_entry(home)}
    home.told.parent.mkdir(parents=True, exist_ok=True)
    replace_file(home.told, (json.dumps(said) + "\n").encode())


def _remembered(home: Home) -> str | None:
    """Return the release whose figures the ledger now holds; None when that is not certain."""
    if not home.told.exists():
        return None
    said = json.loads(home.told.read_text("utf-8"))
    return said["release_id"] if said["sequence"] == _last_entry(home) else None
