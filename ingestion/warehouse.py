"""Lake to the working file's raw tables, and the two dials.

The working file is disposable: everything here can be loaded again from the lake. Tables written:
`raw_<ledger>`, `raw_deliveries`, `raw_delivery_ledgers`, `raw_delivery_scopes`, `raw_quarantine`,
`ref_<table>` (shipped reference data with the home's rules over it) and `run_context`.
"""

import hashlib
import json
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from ingestion import register
from ingestion.contract import Contract, load_contracts
from ingestion.home import Home
from ingestion.mapping import TABLES, load_table

SCHEMA = "raw"
DUCKDB_TYPES = {
    "string": "varchar",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "timestamp": "timestamp",
    "date": "date",
}
DELIVERY_TABLES = {
    "raw_deliveries": "_sequence bigint, office_code varchar, recorded_at timestamp,"
    " outcome_code varchar, historic_flag boolean, file_sha256 varchar",
    "raw_delivery_ledgers": "_sequence bigint, ledger varchar, told_code varchar,"
    " contract_id varchar, read_count bigint, loaded_count bigint, quarantined_count bigint,"
    " duplicate_count bigint, unmapped_count bigint, first_date date, last_date date",
    "raw_delivery_scopes": "_sequence bigint, ledger varchar, scope varchar",
    "raw_quarantine": "_sequence bigint, _office_code varchar, ledger varchar, _sheet_no integer,"
    " _row_no integer, column_no integer, field varchar, reason_code varchar, value_class varchar",
}


@contextmanager
def connect(path: Path, read_only: bool = False):
    """Open a DuckDB file and close it whatever happens: a forgotten handle keeps its lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(path), read_only=read_only)
    try:
        yield connection
    finally:
        connection.close()


def rules_hash(home: Home) -> str:
    """Return the hash of the home's own rules, contracts and models: data here, not code."""
    digest = hashlib.sha256()
    for folder in (home.rules, home.contracts, home.models):
        for path in sorted(folder.rglob("*")) if folder.exists() else ():
            if path.is_file():
                digest.update(path.relative_to(home.definitions).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def load(home: Home, as_of: datetime, known_to: int | None = None, file: Path | None = None) -> int:
    """Bring the raw tables up to the lake, load reference data, set the dials.

    Returns `known_to`, the last delivery sequence that counts. The file is made anew when a dial
    goes back or the home's rules changed.
    """
    path = file or home.warehouse
    known = register.deliveries(home)
    if known_to is None:
        known_to = known[-1].sequence if known else 0
    rules = rules_hash(home)
    if path.exists() and not _can_go_on(path, as_of, known_to, rules):
        path.unlink()
        path.with_suffix(".duckdb.wal").unlink(missing_ok=True)
    ledgers = {c.ledger: c for c in load_contracts(home.contracts)}
    with connect(path) as connection:
        connection.execute(f"create schema if not exists {SCHEMA}; use {SCHEMA}")
        _create(connection, ledgers)
        (done,) = connection.execute(
            "select coalesce(max(_sequence), 0) from raw_deliveries"
        ).fetchone()
        connection.execute("begin")
        _append(connection, home, [e for e in known if done < e.sequence <= known_to])
        _load_references(connection, home)
        _set_dials(connection, as_of, known_to, rules)
        connection.execute("commit")
    return known_to


def _can_go_on(path: Path, as_of: datetime, known_to: int, rules: str) -> bool:
    try:
        with connect(path, read_only=True) as connection:
            row = connection.execute(
                f"select as_of, known_to, rules_hash from {SCHEMA}.run_context"
            ).fetchone()
    except duckdb.CatalogException:
        return False
    return row is not None and row[0] <= as_of and row[1] <= known_to and row[2] == rules


def _create(connection, ledgers: dict[str, Contract]) -> None:
    for name, columns in DELIVERY_TABLES.items():
        connection.execute(f"create table if not exists {name} ({columns})")
    for ledger, contract in ledgers.items():
        columns = [
            "_sequence bigint",
            "_office_code varchar",
            "_sheet_no integer",
            "_row_no integer",
        ]
        columns += [f'"{f.name}" {DUCKDB_TYPES[f.type]}' for f in contract.stored]
        connection.execute(f'create table if not exists "raw_{ledger}" ({", ".join(columns)})')


def _append(connection, home: Home, new: list[register.Entry]) -> None:
    files: dict[str, list[str]] = {}
    for entry in new:
        record = entry.record
        connection.execute(
            "insert into raw_deliveries values (?, ?, ?, ?, ?, ?)",
            [
                record[k]
                for k in (
                    "sequence",
                    "office_code",
                    "recorded_at",
                    "outcome",
                    "historic",
                    "file_sha256",
                )
            ],
        )
        for told in entry.ledgers:
            counts = [told[k] for k in ("read", "loaded", "quarantined", "duplicate", "unmapped")]
            connection.execute(
                "insert into raw_delivery_ledgers values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    entry.sequence,
                    told["ledger"],
                    told["told"],
                    told["contract_id"],
                    *counts,
                    told["first_date"],
                    told["last_date"],
                ],
            )
            scopes = [[entry.sequence, told["ledger"], scope] for scope in told["scopes"]]
            if scopes:
                connection.executemany("insert into raw_delivery_scopes values (?, ?, ?)", scopes)
            files.setdefault(f"raw_{told['ledger']}", []).append(_checked(home, told))
        if record["quarantine"]:
            files.setdefault("raw_quarantine", []).append(_checked(home, record["quarantine"]))
    for table, paths in files.items():
        columns = ", ".join(
            f'"{r[0]}"' for r in connection.execute(f'describe "{table}"').fetchall()
        )
        connection.execute(
            f'insert into "{table}" by name select {columns} from read_parquet(?)'
            " order by _sequence, _sheet_no, _row_no",
            [paths],
        )


def _checked(home: Home, told: dict) -> str:
    """Return a lake file's path after comparing it with the register's hash."""
    path = home.lake / told["path"]
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != told["sha256"]:
        raise register.LakeError(
            f"湖中文件 {told['path']} 缺失或与登记簿的校验值不符，请从备份恢复。"
        )
    return str(path)


def _load_references(connection, home: Home) -> None:
    for name in TABLES:
        table = load_table(name, home.rules)  # noqa: F841  (DuckDB reads the frame by its name)
        connection.execute(f'create or replace table "ref_{name}" as select * from "table"')


def _set_dials(connection, as_of: datetime, known_to: int, rules: str) -> None:
    connection.execute(
        "create or replace table run_context as"
        " select ?::bigint as known_to, ?::timestamp as as_of, ?::varchar as rules_hash",
        [known_to, as_of, rules],
    )


def dials(path: Path) -> dict:
    """Return the dials of a working file, as JSON values."""
    with connect(path, read_only=True) as connection:
        known_to, as_of, rules = connection.execute(
            f"select known_to, as_of, rules_hash from {SCHEMA}.run_context"
        ).fetchone()
    return json.loads(
        json.dumps({"known_to": known_to, "as_of": as_of.isoformat(), "rules_hash": rules})
    )
