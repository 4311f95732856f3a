"""Building a release aside: every file of it, its hashes, its diff; nothing is linked yet.

All exports are deterministic (`export`). The same dials, code and rules give the same bytes, but for
`serve.duckdb` (same content) and `run.json` (not compared). What the build cannot have changed since
the release before is taken over from it (`going_on`). The home's rules, contracts and models go into
the release as they are: a rebuild years later uses these, not the home's present ones.
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
from ingestion.warehouse import connect, dials, rules_hash
from publication import diff, going_on, opened, serve
from publication.export import export, write_csv, write_json
from publication.files import file_hashes
from publication.tables import INTERNAL, VALUE_KEY, of_home

ROOT = Path(__file__).resolve().parent.parent
CODE = (
    "ingestion", "dbt_project", "dbt_project.yml", "expectations", "publication", "orchestration",
)  # fmt: skip
# of the code, what makes a figure out of the lake's rows
DEFINING = (
    "dbt_project", "dbt_project.yml", "ingestion/reference", "ingestion/mapping.py",
    "ingestion/warehouse.py", "orchestration/project.py",
)  # fmt: skip
ENGINE = ("duckdb", "dbt-core", "dbt-duckdb")
PINNED = ("rules", "contracts", "models")
JUDGED = ("mart_published_values", "mart_published_ranks", "mart_published_yoy")
COMPARABLE = ("mart_published_values", "dim_indicator")  # what a diff of two releases reads


@dataclass(frozen=True)
class Candidate:
    """A release built aside, with its manifest and the files taken over from the release before."""

    folder: Path
    manifest: dict
    taken_over: frozenset[str] = frozenset()

    @property
    def release_id(self) -> str:
        return self.manifest["release_id"]


def code_hash(parts: tuple[str, ...] = CODE) -> str:
    """Return the hash of the code and models that make a release, or of some parts of it."""
    digest = hashlib.sha256()
    for part in parts:
        place = ROOT / part
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.suffix in (".py", ".sql", ".yml", ".csv") and path.is_file():
                digest.update(
                    path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes()
                )
    return digest.hexdigest()


def definitions_hash(home: Home) -> str:
    """Return the hash of all that turns the lake's rows into figures: models, rules, engine."""
    engine = json.dumps(engine_versions(), sort_keys=True)
    text = f"{code_hash(DEFINING)}{rules_hash(home)}{engine}"
    return hashlib.sha256(text.encode()).hexdigest()


def engine_versions() -> dict[str, str]:
    """Return the versions of what computes."""
    return {name: metadata.version(name) for name in ENGINE}


def build_candidate(
    home: Home,
    warehouse: Path,
    folder: Path,
    previous: Path | None,
    bridge: Path | None = None,
    whole: bool = False,
) -> Candidate:
    """Export a built working file into `folder` as a whole release.

    `previous` is the release folder to compare with; the restatement diff is always written. `bridge`
    (see `diff.restatements`) is needed when the two releases' definitions differ. `whole`: take nothing
    over from the release before, whatever the working file says.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "internal" / "tables").mkdir(parents=True)
    (folder / "public").mkdir()
    turned = dials(warehouse)
    with connect(warehouse, read_only=True) as connection:
        before = _before(connection, None if whole else previous)
        pinned = _export_tables(home, connection, folder, before)
        pinned |= opened.export(connection, folder, before)
        definitions = connection.execute(
            "select * from marts.dim_indicator order by indicator_code, variant"
        ).df()
        said = serve.definitions(connection)
    write_json(folder / "public" / "indicators.json", definitions.to_dict("records"))
    changes = diff.restatements(folder, previous, bridge)
    write_csv(changes, folder / diff.STORED)
    _pin_definitions(home, folder / "internal" / "home")
    manifest = _manifest(home, turned, folder, previous, changes, pinned)
    serve.write(home, folder, manifest["release_id"], said)
    write_json(folder / "internal" / "manifest.json", manifest)
    public = {k: manifest[k] for k in ("release_id", "as_of", "known_to", "code_sha256")}
    files = {k: v for k, v in manifest["files"].items() if k.startswith("public/")}
    write_json(folder / "public" / "manifest.json", public | {"files": files})
    return Candidate(folder, manifest, frozenset(pinned))


def _export_tables(
    home: Home, connection, folder: Path, before: going_on.Before | None
) -> dict[str, str]:
    """Export every table, or what has changed of it; return the pinned hashes of what is taken over."""
    pinned = {}
    for table in of_home(home):
        target = folder / "internal" / "tables" / table.name
        if table.said:
            continue
        if before is None:
            export(connection, table, target)
            continue
        for part in going_on.export_changed(connection, table, target, before):
            name = going_on.name_of(table, part)
            pinned[name] = before.files[name]
    return pinned


def _before(connection, previous: Path | None) -> going_on.Before | None:
    if previous is None:
        return None
    manifest = json.loads((previous / "internal" / "manifest.json").read_text("utf-8"))
    present = {"code_sha256": code_hash(), "engine": engine_versions()}
    return going_on.goes_on(connection, previous, manifest, present)


def export_comparable(warehouse: Path, folder: Path) -> Path:
    """Export of a built working file only what a diff reads; return the folder."""
    shutil.rmtree(folder, ignore_errors=True)
    with connect(warehouse, read_only=True) as connection:
        for table in INTERNAL:
            if table.name in COMPARABLE:
                export(connection, table, folder / "internal" / "tables" / table.name)
    return folder


def read_candidate(folder: Path) -> Candidate:
    """Return the candidate built in a folder."""
    return Candidate(folder, json.loads((folder / "internal" / "manifest.json").read_text("utf-8")))


def _pin_definitions(home: Home, folder: Path) -> None:
    """Copy the home's own rules, contracts and models into the release."""
    for name, source in zip(PINNED, (home.rules, home.contracts, home.models), strict=True):
        for path in sorted(source.rglob("*")) if source.exists() else ():
            if path.is_file():
                target = folder / name / path.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


def _manifest(
    home: Home,
    turned: dict,
    folder: Path,
    previous: Path | None,
    changes: pd.DataFrame,
    pinned: dict[str, str],
) -> dict:
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
        "definitions_sha256": definitions_hash(home),
        "lock_sha256": hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else None,
        "engine": engine_versions(),
        "contracts": {c.id: c.digest for c in load_contracts(home.contracts)},
        "compared_with": previous.name if previous else None,
        "restatement_count": len(changes.drop_duplicates(list(VALUE_KEY))),
        "restatement_causes": {
            cause: int((changes["cause_code"] == cause).sum()) for cause in ("definition", "data")
        },
        "files": file_hashes(folder, pinned),
    }


def made_periods(built: Candidate) -> list[str]:
    """Return the periods of which a published table was written anew; when none was, the last.

    The others were judged in the release that they are taken over from, under the same code and rules.
    """
    there = [
        name
        for name in built.manifest["files"]
        if name.startswith(tuple(f"internal/tables/{table}/" for table in JUDGED))
    ]
    again = {Path(name).stem for name in there if name not in built.taken_over}
    return sorted(again or {max(Path(name).stem for name in there)})


def figures(
    folder: Path, table: str = "mart_published_values", periods: list[str] | None = None
) -> pd.DataFrame:
    """Return a published table of a release or candidate, of some periods or of all."""
    there = sorted((folder / "internal" / "tables" / table).glob("*.parquet"))
    asked = [str(p) for p in there if periods is None or p.stem in periods]
    rows = "" if asked else "limit 0"
    return duckdb.execute(f"select * from read_parquet(?) {rows}", [asked or [str(there[0])]]).df()


def statuses(folder: Path) -> dict[str, int]:
    """Return how many figures of a candidate are published, held, suppressed."""
    pattern = str(folder / "internal" / "tables" / JUDGED[0] / "*.parquet")
    counted = "select status_code, count(*) from read_parquet(?) group by all order by all"
    return dict(duckdb.execute(counted, [pattern]).fetchall())
