"""The lake: append-only Parquet per delivery and ledger, and the register that commits it.

A delivery exists when its register file exists: `lake/register/<sequence>.json`, created with
link() so that a number can exist once. Readers go from the register to files, never by glob.
No file or sheet name, no header and no refused value is written here.
"""

import hashlib
import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ingestion import clock
from ingestion.contract import Contract
from ingestion.door import FileResult
from ingestion.durable import create_in_order
from ingestion.home import Home
from ingestion.register import Entry, LakeError, register_path
from ingestion.rows import ARROW
from ingestion.settling import LedgerRows
from ingestion.stored import encode, told_files

LINEAGE = [
    ("_sequence", pa.int64()),
    ("_office_code", pa.string()),
    ("_sheet_no", pa.int32()),
    ("_row_no", pa.int32()),
    ("_relation_code", pa.string()),
]
QUARANTINE_SCHEMA = pa.schema(
    [
        ("_sequence", pa.int64()),
        ("_office_code", pa.string()),
        ("ledger", pa.string()),
        ("_sheet_no", pa.int32()),
        ("_row_no", pa.int32()),
        ("column_no", pa.int32()),
        ("field", pa.string()),
        ("reason_code", pa.string()),
        ("value_class", pa.string()),
    ]
)
PROBLEMS_KEPT = 500


def ledger_schema(contract: Contract) -> pa.Schema:
    """Return the lake schema of a contract's ledger: its stored columns and the lineage."""
    fields = [(f.name, ARROW[f.type]) for f in contract.stored]
    return pa.schema([*LINEAGE, *fields])


def commit(
    home: Home,
    office: str,
    result: FileResult,
    known: list[Entry],
    key_id: str | None = None,
    historic: bool = False,
) -> Entry:
    """Write a file's rows and commit them under the next sequence; see `write` and `enter`."""
    entry = write(home, office, result, known, key_id, historic)
    enter(home, [entry])
    return entry


def write(
    home: Home,
    office: str,
    result: FileResult,
    known: list[Entry],
    key_id: str | None = None,
    historic: bool = False,
) -> Entry:
    """Write a file's rows under the next sequence and return what the register is to say of it. It
    is no delivery until it is entered.

    `key_id`: the network key under which stand-ins and linkage keys were made. `historic`: it
    counts in figures, not in what is said of lag, flips and revisions.
    """
    sequence = len(known) + 1
    last = known[-1].recorded_at if known else datetime.min
    record = {
        "sequence": sequence,
        "office_code": office,
        "recorded_at": max(clock.now(), last).isoformat(),
        "file_sha256": result.sha256,
        "file_bytes": result.size,
        "outcome": "refused" if result.refused else "accepted",
        "historic": historic,
        "ledgers": [_write_ledger(home, office, sequence, r, key_id) for r in result.ledgers],
        "quarantine": _write_quarantine(home, office, sequence, result.ledgers),
        "problem_count": len(result.problems),
        "problems": [p.stored() for p in result.problems[:PROBLEMS_KEPT]],
    }
    return Entry(record)


def enter(home: Home, entries: list[Entry]) -> None:
    """Create the register's files of entries, in order: that is the commit of each, all its ledgers
    or none. What they speak of is on disk first. Raises LakeError when a number is taken.
    """
    home.register.mkdir(parents=True, exist_ok=True)
    records = [(register_path(home, e.sequence), _text(e.record)) for e in entries]
    data = [home.lake / told["path"] for e in entries for _, told in told_files(e.record)]
    try:
        create_in_order(records, after=data)
    except FileExistsError as error:
        number = int(Path(error.filename2).stem)
        raise LakeError(f"登记号 {number} 已被另一进程占用，请重跑一次。") from None


def _text(record: dict) -> bytes:
    """Return a record as JSON, a line for each of its parts: for people, and quick to write."""
    parts = [
        f"{json.dumps(k)}: {json.dumps(record[k], ensure_ascii=False, sort_keys=True)}"
        for k in sorted(record)
    ]
    return ("{\n" + ",\n".join(parts) + "\n}").encode()


def _write_ledger(
    home: Home, office: str, sequence: int, rows: LedgerRows, key_id: str | None
) -> dict:
    contract = rows.contract
    table = _with_lineage(rows.rows, office, sequence, ledger_schema(contract))
    path, digest = write_parquet(home.lake / contract.ledger, sequence, table)
    first, last = rows.span
    return {
        "ledger": contract.ledger,
        "contract_id": contract.id,
        "contract_version": contract.version,
        "contract_sha256": contract.digest,
        "told": contract.told,
        "scopes": rows.scopes,
        "path": str(path.relative_to(home.lake)),
        "sha256": digest,
        "first_date": first,
        "last_date": last,
        "declared_period": rows.declared_period,
        "nil": rows.nil,
        "key_id": key_id,
        "unmapped_names": rows.unmapped,
        "withdrawn": _withdrawn(contract, table),
        **rows.receipt.__dict__,
    }


def _with_lineage(table: pa.Table, office: str, sequence: int, schema: pa.Schema) -> pa.Table:
    size = len(table)
    columns = dict(zip(table.column_names, table.columns, strict=True))
    columns["_sequence"] = pa.repeat(pa.scalar(sequence, pa.int64()), size)
    columns["_office_code"] = pa.repeat(pa.scalar(office), size)
    return pa.table([columns[name] for name in schema.names], schema=schema)


def _withdrawn(contract: Contract, table: pa.Table) -> list[int]:
    """Return the deliveries that the rows withdraw: `in_force` reads them from the register."""
    columns = [f.name for f in contract.content if f.role == "own_delivery"]
    return sorted({n for c in columns for n in table[c].to_pylist() if n is not None})


def _write_quarantine(
    home: Home, office: str, sequence: int, ledgers: list[LedgerRows]
) -> dict | None:
    tables = [
        r.quarantine.append_column(
            "ledger", pa.repeat(pa.scalar(r.contract.ledger), len(r.quarantine))
        )
        for r in ledgers
        if len(r.quarantine)
    ]
    if not tables:
        return None
    table = pa.concat_tables(tables)
    table = table.rename_columns({"sheet_no": "_sheet_no", "row_no": "_row_no"})
    table = _with_lineage(table, office, sequence, QUARANTINE_SCHEMA)
    path, digest = write_parquet(home.lake / "quarantine", sequence, table)
    return {"path": str(path.relative_to(home.lake)), "sha256": digest, "reasons": len(table)}


def write_parquet(folder: Path, sequence: int, table: pa.Table) -> tuple[Path, str]:
    """Write a delivery's rows under its sequence; return the path and its hash. `enter` syncs."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = encode(table)
    path = folder / f"{sequence:08d}.parquet"
    path.write_bytes(raw)  # over an orphan of a killed run, if one lies there: it never counted
    return path, hashlib.sha256(raw).hexdigest()
