"""Lake to the working file's raw tables, and the two dials.

The working file is disposable: everything here can be loaded again from the lake. Tables written:
`raw_<ledger>`, `raw_deliveries`, `raw_delivery_ledgers`, `raw_delivery_scopes`, `raw_quarantine`,
`ref_<table>` (shipped reference data with the home's rules over it), `run_context`, `build_state` and,
only while the models go on from a finished build, `build_before`: the dials of that one, and `told_now`:
the ledgers of which they may say something else (no such table: of any).

The models go on from their last build only when that build was finished: `build_state` holds its
dials from `mark_built` to the next load. Without it, or when a dial goes back or code or rules
changed, the file is made anew.
"""

import hashlib
import json
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion import register
from ingestion.contract import load_contracts
from ingestion.errors import HouseError
from ingestion.home import Home
from ingestion.rule_tables import TABLES, load_table
from ingestion.stored import Places, told_files

SCHEMA = "raw"
MEMORY = "PETITION_MEMORY"  # also read by dbt's profile
COLUMN_TYPES = {  # in the words that every engine knows
    "string": "string",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "timestamp": "timestamp",
    "date": "date",
}
DELIVERY_TABLES = {
    "raw_deliveries": "_sequence bigint, office_code string, recorded_at timestamp,"
    " outcome_code string, historic_flag boolean, file_sha256 string",
    "raw_delivery_ledgers": "_sequence bigint, ledger string, told_code string,"
    " contract_id string, read_count bigint, loaded_count bigint, quarantined_count bigint,"
    " duplicate_count bigint, unmapped_count bigint, first_date date, last_date date,"
    " declared_period date, nil_flag boolean, key_id string",
    "raw_delivery_scopes": "_sequence bigint, ledger string, scope string, loaded_count bigint",
    "raw_quarantine": "_sequence bigint, _office_code string, ledger string, _sheet_no int,"
    " _row_no int, column_no int, field string, reason_code string, value_class string",
}
ROW_COLUMNS = (
    "_sequence bigint, _office_code string, _sheet_no int, _row_no int, _relation_code string"
)

# what the register says of a delivery, and of each of its ledgers, in the order of the tables
DELIVERY = ("sequence", "office_code", "recorded_at", "outcome", "historic", "file_sha256")
TOLD = (
    "ledger", "told", "contract_id", "read", "loaded", "quarantined", "duplicate", "unmapped",
    "first_date", "last_date", "declared_period", "nil", "key_id",
)  # fmt: skip


@contextmanager
def connect(path: Path, read_only: bool = False):
    """Open a DuckDB file and close it whatever happens: a forgotten handle keeps its lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    config = {"memory_limit": memory_limit()}
    connection = duckdb.connect(str(path), read_only=read_only, config=config)
    try:
        yield connection
    finally:
        connection.close()


def memory_limit() -> str:
    """Return how much the engine may hold before it spills beside its file: `PETITION_MEMORY` (6GB), or
    DuckDB's own share of the machine. Raises HouseError when it is no size.
    """
    given = os.environ.get(MEMORY)
    if given and not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", given):
        raise HouseError(f"{MEMORY} 应写成 6GB 这样的大小，现在是“{given}”。")
    return given or duckdb.execute("select current_setting('memory_limit')").fetchone()[0]


def rules_hash(home: Home) -> str:
    """Return the hash of the home's own rules, contracts and models: data here, not code."""
    digest = hashlib.sha256()
    for folder in (home.rules, home.contracts, home.models):
        for path in sorted(folder.rglob("*")) if folder.exists() else ():
            if path.is_file():
                digest.update(path.relative_to(home.definitions).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def load(
    home: Home,
    as_of: datetime,
    known_to: int | None = None,
    file: Path | None = None,
    code: str = "",
) -> int:
    """Bring the raw tables up to the lake, load reference data, set the dials.

    Returns `known_to`, the last delivery sequence that counts. `code` is the hash of the code that
    builds. The file is made anew when its last build was not finished, a dial goes back, or code or
    rules changed.
    """
    path = file or home.warehouse
    turned = turn(home, as_of, known_to, code)
    built = _last_build(path) if path.exists() else None
    if built is None or not built.leads_to(turned):
        built = None
        path.unlink(missing_ok=True)
        path.with_suffix(".duckdb.wal").unlink(missing_ok=True)
        _new_file(path)
    with connect(path) as connection:
        connection.execute(f"create schema if not exists {SCHEMA}; use {SCHEMA}")
        connection.execute("set preserve_insertion_order = false")  # every reader orders by itself
        for name, columns in raw_tables(home).items():
            listed = ", ".join(f'"{column}" {kind}' for column, kind in columns)
            connection.execute(f'create table if not exists "{name}" ({listed})')
        (done,) = connection.execute(
            "select coalesce(max(_sequence), 0) from raw_deliveries"
        ).fetchone()
        connection.execute("begin")
        _append(connection, home, told_between(home, done, turned.known_to))
        if built is None:  # else neither the shipped lists nor the home's are others than then
            _load_references(connection, home)
        _set_dials(connection, turned, built)
        connection.execute("commit")
    return turned.known_to


def _new_file(path: Path) -> None:
    """Make an empty working file in the newest storage format, which only the pinned engine need
    read: it compresses text at two thirds of the cost of the format that a new file has by itself.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        place = str(path).replace("'", "''")
        connection.execute(f"attach '{place}' as made (storage_version 'latest')")


@dataclass(frozen=True)
class Dials:
    """What a build's figures depend on besides the lake's rows."""

    known_to: int
    as_of: datetime
    rules_hash: str
    code_hash: str

    def leads_to(self, later: "Dials") -> bool:
        """True when a build at these dials can go on to the later ones without starting anew."""
        same = (self.rules_hash, self.code_hash) == (later.rules_hash, later.code_hash)
        return same and self.known_to <= later.known_to and self.as_of <= later.as_of


def turn(home: Home, as_of: datetime, known_to: int | None, code: str) -> Dials:
    """Return the dials of a build; without `known_to` every delivery counts."""
    if known_to is None:
        known = register.deliveries(home)
        known_to = known[-1].sequence if known else 0
    return Dials(known_to, as_of, rules_hash(home), code)


def told_between(home: Home, done: int, known_to: int) -> list[register.Entry]:
    """Return the deliveries after `done`, up to and with `known_to`."""
    return [e for e in register.deliveries(home) if done < e.sequence <= known_to]


def _last_build(path: Path) -> Dials | None:
    """Return the dials of the last finished build of a working file, None when there is none."""
    try:
        with connect(path, read_only=True) as connection:
            row = connection.execute(
                f"select known_to, as_of, rules_hash, code_hash from {SCHEMA}.build_state"
            ).fetchone()
    except (duckdb.CatalogException, duckdb.IOException):
        return None  # not a working file of this house, or torn: it is made anew
    return Dials(*row) if row else None


def built_to(path: Path) -> int:
    """Return the last delivery that the last finished build of a working file counted, else 0."""
    built = _last_build(path) if path.exists() else None
    return built.known_to if built else 0


def mark_built(path: Path) -> None:
    """Say that every model of the working file was built at the dials it is set to."""
    with connect(path) as connection:
        connection.execute(
            f"create or replace table {SCHEMA}.build_state as"
            f" select known_to, as_of, rules_hash, code_hash from {SCHEMA}.run_context"
        )


@dataclass(frozen=True)
class News:
    """What a build has to make of: the ledgers that were ever told of, whether it goes on from the last finished build,
    and then the ledgers of which it may say something else than that one (None: of any).
    """

    told: frozenset[str]
    going_on: bool
    told_now: frozenset[str] | None = None


def news(path: Path) -> News:
    """Return what the build of a working file as it is loaded has to make of."""
    with connect(path, read_only=True) as connection:
        tables = connection.execute(
            "select table_name, estimated_size from duckdb_tables() where schema_name = ?", [SCHEMA]
        ).fetchall()
        there = {name for name, _ in tables}
        told = {
            name.removeprefix("raw_") for name, rows in tables if rows and name.startswith("raw_")
        }
        now = None
        if "told_now" in there:
            rows = connection.execute(f"select ledger from {SCHEMA}.told_now").fetchall()
            now = frozenset(ledger for (ledger,) in rows)
    return News(frozenset(told), "build_before" in there, now)


def is_marked(path: Path) -> bool:
    """True when the build of a working file as it is loaded was already marked as finished."""
    return _last_build(path) is not None


def raw_tables(home: Home) -> dict[str, list[tuple[str, str]]]:
    """Return the tables that are loaded from the lake, each with its columns and their types."""
    listed = {
        name: [tuple(column.split()) for column in columns.split(", ")]
        for name, columns in DELIVERY_TABLES.items()
    }
    lineage = [tuple(column.split()) for column in ROW_COLUMNS.split(", ")]
    for contract in load_contracts(home.contracts):
        columns = [(field.name, COLUMN_TYPES[field.type]) for field in contract.stored]
        listed[f"raw_{contract.ledger}"] = lineage + columns
    return listed


def delivery_rows(entries: list[register.Entry]) -> dict[str, list[list]]:
    """Return what the register says of deliveries: rows of the tables of deliveries."""
    told = [(entry.sequence, ledger) for entry in entries for ledger in entry.ledgers]
    return {
        "raw_deliveries": [[entry.record[k] for k in DELIVERY] for entry in entries],
        "raw_delivery_ledgers": [[n, *(ledger[k] for k in TOLD)] for n, ledger in told],
        "raw_delivery_scopes": [
            [n, ledger["ledger"], *scope]
            for n, ledger in told
            for scope in ledger["scopes"].items()
        ],
    }


def files_of_rows(home: Home, entries: list[register.Entry]) -> dict[str, dict[str, list[int]]]:
    """Return where the lake now keeps the rows of deliveries: raw table -> file -> sequences.

    Each file's bytes are compared with the register. A segment holds other deliveries' rows too.
    """
    places, files = Places(home), {}
    for entry in entries:
        for ledger, told in told_files(entry.record):
            path = str(places.checked(entry.sequence, told).path)
            files.setdefault(f"raw_{ledger}", {}).setdefault(path, []).append(entry.sequence)
    return files


def _append(connection, home: Home, new: list[register.Entry]) -> None:
    """Load new deliveries: what the register says of them, and their rows."""
    for table, rows in delivery_rows(new).items():
        _insert_told(connection, table, rows)
    for table, sequences in files_of_rows(home, new).items():
        of_all = sorted({s for found in sequences.values() for s in found})
        _insert(connection, table, [*sequences], of_all)


def _insert_told(connection, table: str, rows: list[list]) -> None:
    """Append rows of the register's values, whose texts become the table's types; all at once."""
    if rows:
        names = [r[0] for r in connection.execute(f"describe {table}").fetchall()]
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        told = pa.table(columns, names)  # noqa: F841  (DuckDB reads it by its name)
        connection.execute(f"insert into {table} by name select * from told")


def _insert(connection, table: str, paths: list[str], sequences: list[int]) -> None:
    """Append the rows of some deliveries; a segment's other deliveries stay out.

    A column that a file does not have (its contract was older) is null for its rows.
    """
    source = "read_parquet(?, union_by_name = true)"
    there = {
        r[0] for r in connection.execute(f"describe select * from {source}", [paths]).fetchall()
    }
    wanted = [r[0] for r in connection.execute(f'describe "{table}"').fetchall()]
    columns = ", ".join(f'"{name}"' for name in wanted if name in there)
    connection.execute(
        f'insert into "{table}" by name select {columns} from {source}'
        " where _sequence in (select unnest(?::bigint[]))",
        [paths, sequences],
    )


# rules of terms for some registrations only: without any, no model looks for them (special_deadlines())
SPECIAL_DEADLINES = """
    select rule_code from ref_deadline_rules
    where valid_from <> '' and clock_code <> 'tier_forward'
        and concat(org_code, category_code, region_code, level_code, statutory_path) <> ''
"""


def _load_references(connection, home: Home) -> None:
    for name in TABLES:
        table = load_table(name, home.rules)  # DuckDB reads the frame by its name
        columns = ", ".join(
            f'cast("{column}" as string) as "{column}"' for column in table.column_names
        )
        connection.execute(f'create or replace table "ref_{name}" as select {columns} from "table"')
    connection.execute("drop table if exists special_deadlines")
    if connection.execute(SPECIAL_DEADLINES).fetchone():
        connection.execute(f"create table special_deadlines as {SPECIAL_DEADLINES}")


TOLD_NOW = """
    create table told_now as
    select distinct ledger from raw_delivery_ledgers cross join run_context where _sequence > built_known_to
"""
# what reaches rows of ledgers that were not told of: answered names, withdrawals, a day (rules of precedence have days)
MAY_REACH_ANY = """
    select 1 from raw_delivery_ledgers cross join run_context
    where _sequence > built_known_to and ledger in ('name_mappings', 'delivery_withdrawals')
    union all
    select 1 from run_context where cast(built_as_of as date) < cast(as_of as date)
"""


def _set_dials(connection, turned: Dials, built: Dials | None) -> None:
    """Set the dials and say from which build the models go on; until `mark_built`, from none."""
    connection.execute(
        "create or replace table run_context as select ?::bigint as known_to, ?::timestamp as as_of,"
        " ?::varchar as rules_hash, ?::varchar as code_hash, ?::bigint as built_known_to,"
        " ?::timestamp as built_as_of",
        [
            *(turned.known_to, turned.as_of, turned.rules_hash, turned.code_hash),
            *((built.known_to, built.as_of) if built else (None, None)),
        ],
    )
    for table in ("build_before", "build_state", "told_now"):
        connection.execute(f"drop table if exists {table}")
    if built:
        connection.execute(
            "create table build_before as select built_known_to, built_as_of from run_context"
        )
        if not connection.execute(MAY_REACH_ANY).fetchone():
            connection.execute(TOLD_NOW)


def dials(path: Path) -> dict:
    """Return the dials of a working file, as JSON values."""
    with connect(path, read_only=True) as connection:
        known_to, as_of, rules = connection.execute(
            f"select known_to, as_of, rules_hash from {SCHEMA}.run_context"
        ).fetchone()
    return json.loads(
        json.dumps({"known_to": known_to, "as_of": as_of.isoformat(), "rules_hash": rules})
    )
