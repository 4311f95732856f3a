"""What changed between two releases: every published figure that is new, gone, or says otherwise,
and whether that follows from the definition or from the data.

Only partitions whose hash differs are read. That loses nothing: a partition is a period, the period
is part of every figure's key, and equal files hold equal figures.
"""

import json
from pathlib import Path

import duckdb
import pandas as pd

from publication.files import sha256
from publication.tables import VALUE_KEY

COLUMNS = ("status_code", "num", "den", "value", "missing_count")
VALUES = "internal/tables/mart_published_values"
DEFINITIONS = "internal/tables/dim_indicator/all.parquet"
CUTS = "internal/tables/dim_cut_value/all.parquet"
STORED = "internal/restatements.csv"
VERSIONS = ("old_definition_version", "new_definition_version")


def changes(new: Path, old: Path | None) -> pd.DataFrame:
    """Return one row per figure that differs, ordered by key; empty against no earlier release.

    `change_code`: added, removed, status (published, held, suppressed differ), restated.
    """
    key = ", ".join(VALUE_KEY)
    before = ", ".join(f"old.{c} as old_{c}, new.{c} as new_{c}" for c in COLUMNS)
    differs = " or ".join(f"old.{c} is distinct from new.{c}" for c in COLUMNS)
    read = _differing(new, old)
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        for name, folder in (("new", new), ("old", old or new)):
            _view(connection, name, folder, read)
        return connection.execute(
            f"""
            select
                {key},
                case
                    when old.status_code is null then 'added'
                    when new.status_code is null then 'removed'
                    when old.status_code <> new.status_code then 'status'
                    else 'restated'
                end as change_code,
                {before}
            from old
            full join new using ({key})
            where {differs}
            order by {key}
            """
        ).df()


def restatements(new: Path, old: Path | None, bridge: Path | None) -> pd.DataFrame:
    """Return `changes` with `cause_code`, a row per changed figure and cause.

    `bridge` holds the earlier release's dials under the new code and rules. What differs between the
    earlier release and the bridge follows from the `definition`, between the bridge and the new release
    from the `data`; a figure may have both. Without a bridge the definitions are the same: all is data.
    """
    changed = changes(new, old)
    if bridge is None:
        found = changed.assign(cause_code="data", **dict.fromkeys(VERSIONS))
    else:
        keys = changed[list(VALUE_KEY)]
        definition = changes(bridge, old).merge(keys, on=list(VALUE_KEY))
        definition = definition.assign(cause_code="definition").merge(
            _versions(bridge, old), on=["indicator_code", "variant"], how="left"
        )
        data = changes(new, bridge).merge(keys, on=list(VALUE_KEY)).assign(cause_code="data")
        found = pd.concat([definition, data.assign(**dict.fromkeys(VERSIONS))])
    found = found.sort_values([*VALUE_KEY, "cause_code"], ignore_index=True)
    lead = [*VALUE_KEY, "change_code", "cause_code"]
    return found[lead + [c for c in found.columns if c not in lead]]


def causes(new: Path, old: Path) -> dict[tuple, list[str]] | None:
    """Return each changed figure's causes as the newer release stored them.

    None when the stored diff is of another pair: then the causes of this pair are not known.
    """
    manifest = json.loads((new / "internal" / "manifest.json").read_text("utf-8"))
    if manifest["compared_with"] != old.name or not (new / STORED).exists():
        return None
    frame = pd.read_csv(new / STORED, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    found: dict[tuple, list[str]] = {}
    for row in frame.to_dict("records"):
        key = tuple(_unquoted(row[name]) for name in VALUE_KEY)
        found.setdefault(key, []).append(row["cause_code"])
    return found


def cut_labels(release: Path) -> dict[tuple[str, str], str]:
    """Return what a release calls the values by which figures are cut; nothing when it was pruned."""
    if not (release / CUTS).exists():
        return {}
    sql = "select cut_code, cut_value, cut_name || ' ' || cut_value_name from read_parquet(?)"
    rows = duckdb.execute(sql, [str(release / CUTS)]).fetchall()
    return {(code, value): label for code, value, label in rows}


def _unquoted(cell: str) -> str:
    """Undo the mark that keeps a spreadsheet from taking a cell for a formula."""
    return cell[1:] if cell.startswith("'") else cell


def _differing(new: Path, old: Path | None) -> set[str]:
    """Return the names of the partitions that are not the same file on both sides."""
    if old is None:
        return set()
    after, before = _parts(new), _parts(old)
    return {n for n in after.keys() | before.keys() if after.get(n) != before.get(n)}


def _parts(folder: Path) -> dict[str, str]:
    """Return the partitions' hashes: as pinned, or of the files where nothing is pinned yet."""
    pinned = folder / "internal" / "manifest.json"
    if pinned.exists():
        files = json.loads(pinned.read_text("utf-8"))["files"].items()
        return {Path(n).name: digest for n, digest in files if n.startswith(f"{VALUES}/")}
    return {path.name: sha256(path) for path in sorted((folder / VALUES).glob("*.parquet"))}


def _view(connection, name: str, folder: Path, read: set[str]) -> None:
    """Make a view of the partitions to read; of none, an empty one with the columns."""
    there = sorted(p for p in (folder / VALUES).glob("*.parquet"))
    chosen = [p for p in there if p.name in read]
    listed = ", ".join("'" + str(p).replace("'", "''") + "'" for p in chosen or there[:1])
    empty = "" if chosen else " where false"
    connection.execute(f"create view {name} as select * from read_parquet([{listed}]){empty}")


def _versions(new: Path, old: Path) -> pd.DataFrame:
    """Return the definition versions of both sides by indicator and variant."""
    frames = [
        duckdb.execute(
            f"select indicator_code, variant, definition_version as {name} from read_parquet(?)",
            [str(folder / DEFINITIONS)],
        ).df()
        for name, folder in zip(VERSIONS, (old, new), strict=True)
    ]
    return frames[0].merge(frames[1], on=["indicator_code", "variant"], how="outer")
