"""Building a release aside: every file of it, its hashes, its diff; nothing is linked yet.

All exports are deterministic: ordered by the full key, one thread, no clock. The same dials, code
and rules give the same bytes, but for `serve.duckdb` (same content) and `run.json` (not compared).
"""

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

import duckdb
import pandas as pd

from ingestion.contract import load_contracts
from ingestion.home import Home
from ingestion.warehouse import connect, dials
from publication import diff
from publication.tables import INTERNAL, PUBLIC_BESIDE, PUBLIC_FUNNEL, PUBLIC_VALUES, Table

ROOT = Path(__file__).resolve().parent.parent
CODE = ("ingestion", "dbt_project", "expectations", "publication", "orchestration")
NOT_COMPARED = ("run.json", "internal/serve.duckdb")


@dataclass(frozen=True)
class Candidate:
    """A release built aside, with its manifest."""

    folder: Path
    manifest: dict

    @property
    def release_id(self) -> str:
        return self.manifest["release_id"]


def code_hash() -> str:
    """Return the hash of the code and models that make a release."""
    digest = hashlib.sha256()
    for package in CODE:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in (".py", ".sql", ".yml", ".csv") and path.is_file():
                digest.update(
                    path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes()
                )
    return digest.hexdigest()


def build_candidate(home: Home, warehouse: Path, folder: Path, previous: Path | None) -> Candidate:
    """Export a built working file into `folder` as a whole release.

    `previous` is the release folder to compare with; the restatement diff is always written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "internal" / "tables").mkdir(parents=True)
    (folder / "public").mkdir()
    turned = dials(warehouse)
    with connect(warehouse, read_only=True) as connection:
        connection.execute("set threads = 1")
        for table in INTERNAL:
            _export(connection, table, folder / "internal" / "tables" / table.name)
        _write_csv(connection.execute(PUBLIC_VALUES).df(), folder / "public" / "values.csv")
        _write_csv(connection.execute(PUBLIC_FUNNEL).df(), folder / "public" / "funnel.csv")
        for name, sql in PUBLIC_BESIDE.items():
            _write_csv(connection.execute(sql).df(), folder / "public" / name)
        definitions = connection.execute(
            "select * from marts.dim_indicator order by indicator_code, variant"
        ).df()
    _write_json(folder / "public" / "indicators.json", definitions.to_dict("records"))
    changes = diff.changes(folder, previous)
    _write_csv(changes, folder / "internal" / "restatements.csv")
    _serve_file(folder)
    manifest = _manifest(home, turned, folder, previous, len(changes))
    _write_json(folder / "internal" / "manifest.json", manifest)
    public = {k: manifest[k] for k in ("release_id", "as_of", "known_to", "code_sha256")}
    files = {k: v for k, v in manifest["files"].items() if k.startswith("public/")}
    _write_json(folder / "public" / "manifest.json", public | {"files": files})
    return Candidate(folder, manifest)


def read_candidate(folder: Path) -> Candidate:
    """Return the candidate built in a folder."""
    return Candidate(folder, json.loads((folder / "internal" / "manifest.json").read_text("utf-8")))


def _export(connection, table: Table, folder: Path) -> None:
    folder.mkdir()
    order = ", ".join(f'"{k}" nulls last' for k in table.key)
    parts = connection.execute(
        f"select distinct {table.partition} as part from {table.relation} order by part"
    ).fetchall()
    for (part,) in parts or [("all",)]:
        path = str(folder / f"{part}.parquet").replace("'", "''")
        connection.execute(
            f"copy (select * from {table.relation} where {table.partition} = ? order by {order})"
            f" to '{path}' (format parquet, compression zstd)",
            [part],
        )


def _serve_file(folder: Path) -> None:
    """Write the analysts' DuckDB file from the exported Parquet: one truth, two shapes."""
    with connect(folder / "internal" / "serve.duckdb") as connection:
        for table in INTERNAL:
            pattern = str(folder / "internal" / "tables" / table.name / "*.parquet")
            order = ", ".join(f'"{k}" nulls last' for k in table.key)
            connection.execute(
                f'create table "{table.name}" as select * from read_parquet(?) order by {order}',
                [pattern],
            )


def _manifest(home: Home, turned: dict, folder: Path, previous: Path | None, changed: int) -> dict:
    code = code_hash()
    token = hashlib.sha256(f"{code}{turned['rules_hash']}".encode()).hexdigest()[:8]
    as_of = datetime.fromisoformat(turned["as_of"])
    lock = ROOT / "requirements.lock"
    return {
        "release_id": f"{as_of:%Y%m%d}-{turned['known_to']:05d}-{token}",
        "as_of": turned["as_of"],
        "known_to": turned["known_to"],
        "code_sha256": code,
        "rules_sha256": turned["rules_hash"],
        "lock_sha256": hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else None,
        "engine": {name: metadata.version(name) for name in ("duckdb", "dbt-core", "dbt-duckdb")},
        "contracts": {c.id: c.digest for c in load_contracts(home.contracts)},
        "compared_with": previous.name if previous else None,
        "restatement_count": changed,
        "files": file_hashes(folder),
    }


def file_hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file that two builds of one release must share."""
    hashes = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in NOT_COMPARED and not name.endswith("manifest.json"):
            hashes[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return hashes


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a CSV that no spreadsheet takes for formulas."""
    for column in frame.select_dtypes(["object", "str"]):
        text = frame[column]
        risky = text.notna() & text.astype("str").str.match(r"[=+\-@\t\r]")
        frame[column] = text.mask(risky, "'" + text.astype("str"))
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def _write_json(path: Path, content) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", "utf-8")


def figures(folder: Path, table: str = "mart_published_values") -> pd.DataFrame:
    """Return a published table of a release or candidate, as the gate judges it."""
    pattern = str(folder / "internal" / "tables" / table / "*.parquet")
    return duckdb.execute("select * from read_parquet(?)", [pattern]).df()
