"""The lake: append-only Parquet per delivery and ledger, and the register that commits it.

A delivery exists when its register file exists: `lake/register/<sequence>.json`, created with
link() so that a number can exist once. Readers go from the register to files, never by glob.
No file or sheet name, no header and no refused value is written here.
"""

import hashlib
import json
import os
import uuid
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion import clock
from ingestion.contract import Contract
from ingestion.door import FileResult
from ingestion.durable import replace_file, sync_folder, write_synced
from ingestion.home import Home
from ingestion.register import Entry, LakeError
from ingestion.rows import ARROW
from ingestion.settling import LedgerRows

LINEAGE = [
    ("_sequence", pa.int64()),
    ("_office_code", pa.string()),
    ("_sheet_no", pa.int32()),
    ("_row_no", pa.int32()),
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


def commit(home: Home, office: str, result: FileResult, known: list[Entry]) -> Entry:
    """Write a file's rows and commit them under the next sequence. All ledgers or none."""
    sequence = len(known) + 1
    last = known[-1].recorded_at if known else datetime.min
    record = {
        "sequence": sequence,
        "office_code": office,
        "recorded_at": max(clock.now(), last).isoformat(),
        "file_sha256": result.sha256,
        "file_bytes": result.size,
        "outcome": "refused" if result.refused else "accepted",
        "historic": False,
        "ledgers": [_write_ledger(home, office, sequence, rows) for rows in result.ledgers],
        "quarantine": _write_quarantine(home, office, sequence, result.ledgers),
        "problem_count": len(result.problems),
        "problems": [p.stored() for p in result.problems[:PROBLEMS_KEPT]],
    }
    return enter(home, record)


def enter(home: Home, record: dict) -> Entry:
    """Create the register's file of a record: that is the commit. Raises LakeError when taken."""
    sequence = record["sequence"]
    home.register.mkdir(parents=True, exist_ok=True)
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    path = home.register / f"{sequence:08d}.json"
    temporary = home.register / f".{uuid.uuid4().hex}.tmp"
    write_synced(temporary, text.encode())
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise LakeError(f"登记号 {sequence} 已被另一进程占用，请重跑一次。") from None
    finally:
        temporary.unlink()
    sync_folder(home.register)
    return Entry(record)


def _write_ledger(home: Home, office: str, sequence: int, rows: LedgerRows) -> dict:
    contract = rows.contract
    table = _with_lineage(rows.rows, office, sequence, ledger_schema(contract))
    path, digest = write_parquet(home.lake / contract.ledger, sequence, table)
    dated = next((f.name for f in contract.ledger_fields if f.past and f.required), None)
    span = pc.min_max(table[dated]).as_py() if dated else {"min": None, "max": None}
    return {
        "ledger": contract.ledger,
        "contract_id": contract.id,
        "contract_version": contract.version,
        "contract_sha256": contract.digest,
        "told": contract.told,
        "scopes": _scopes(contract, table),
        "path": str(path.relative_to(home.lake)),
        "sha256": digest,
        "first_date": _day(span["min"]),
        "last_date": _day(span["max"]),
        **rows.receipt.__dict__,
    }


def _with_lineage(table: pa.Table, office: str, sequence: int, schema: pa.Schema) -> pa.Table:
    size = len(table)
    table = table.append_column("_sequence", pa.repeat(pa.scalar(sequence, pa.int64()), size))
    table = table.append_column("_office_code", pa.repeat(pa.scalar(office), size))
    return table.select(schema.names).cast(schema)


def _day(moment: date | None) -> str | None:
    return f"{moment:%Y-%m-%d}" if moment else None


def _scopes(contract: Contract, table: pa.Table) -> list[str]:
    """Return what a snapshot replaces: the values of its scope column, or all that was told."""
    if contract.told != "snapshot":
        return []
    return (
        sorted(pc.unique(table[contract.scope]).drop_null().to_pylist())
        if contract.scope
        else ["all"]
    )


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
    """Write a delivery's rows, synced, under its sequence; return the path and its hash."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer, compression="zstd")
    raw = buffer.getvalue().to_pybytes()
    path = folder / f"{sequence:08d}.parquet"
    replace_file(path, raw)  # an orphan of a killed run may lie there: it was never committed
    return path, hashlib.sha256(raw).hexdigest()
