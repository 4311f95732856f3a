"""The lake: append-only Parquet per delivery and ledger, and the register that commits it.

A delivery exists when its register file exists: `lake/register/<sequence>.json`, created with
link() so that a number can exist once. Readers go from the register to files, never by glob.
No file or sheet name, no header and no refused value is written here.
"""

import hashlib
import json
import os
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion import clock
from ingestion.contract import Contract
from ingestion.door import FileResult
from ingestion.home import Home
from ingestion.rows import LedgerRows

LINEAGE = [("_sequence", pa.int64()), ("_office_code", pa.string()), ("_sheet_no", pa.int32()), ("_row_no", pa.int32())]
ARROW_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "date": pa.date32(),
}
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


class LakeError(RuntimeError):
    """The lake is not as its register says; the message says where, in Chinese."""


@dataclass(frozen=True)
class Entry:
    """One delivery as the register holds it."""

    record: dict

    @property
    def sequence(self) -> int:
        return self.record["sequence"]

    @property
    def recorded_at(self) -> datetime:
        return datetime.fromisoformat(self.record["recorded_at"])

    @property
    def ledgers(self) -> list[dict]:
        return self.record["ledgers"]


def ledger_schema(contract: Contract) -> pa.Schema:
    """Return the lake schema of a contract's ledger: its stored columns and the lineage."""
    fields = [(f.name, ARROW_TYPES[f.type]) for f in contract.stored]
    return pa.schema([*LINEAGE, *fields])


def entries(home: Home) -> list[Entry]:
    """Return every delivery in the order of sequence. Raises LakeError on a gap."""
    found = []
    for path in sorted(home.register.glob("*.json")):
        found.append(Entry(json.loads(path.read_text("utf-8"))))
        if found[-1].sequence != len(found):
            raise LakeError(f"登记簿缺第 {len(found)} 号，请从备份恢复 lake/register。")
    return found


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
    home.register.mkdir(parents=True, exist_ok=True)
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    path = home.register / f"{sequence:08d}.json"
    temporary = home.register / f".{uuid.uuid4().hex}.tmp"
    _write_synced(temporary, text.encode())
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise LakeError(f"登记号 {sequence} 已被另一进程占用，请重跑一次。") from None
    finally:
        temporary.unlink()
    sync_folder(home.register)
    return Entry(record)


def _write_ledger(home: Home, office: str, sequence: int, rows: LedgerRows) -> dict:
    contract, frame = rows.contract, rows.rows
    frame = frame.assign(_sequence=sequence, _office_code=office)
    schema = ledger_schema(contract)
    table = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    path, digest = _write_parquet(home.lake / contract.ledger, sequence, table)
    dated = next((f.name for f in contract.ledger_fields if f.past and f.required), None)
    dates = frame[dated].dropna() if dated else pd.Series(dtype="datetime64[us]")
    return {
        "ledger": contract.ledger,
        "contract_id": contract.id,
        "contract_version": contract.version,
        "contract_sha256": contract.digest,
        "told": contract.told,
        "scopes": _scopes(contract, frame),
        "path": str(path.relative_to(home.lake)),
        "sha256": digest,
        "first_date": dates.min().date().isoformat() if len(dates) else None,
        "last_date": dates.max().date().isoformat() if len(dates) else None,
        **rows.receipt.__dict__,
    }


def _scopes(contract: Contract, frame: pd.DataFrame) -> list[str]:
    """Return what a snapshot replaces: the values of its scope column, or all that was told."""
    if contract.told != "snapshot":
        return []
    return sorted(frame[contract.scope].unique()) if contract.scope else ["all"]


def _write_quarantine(home: Home, office: str, sequence: int, ledgers: list[LedgerRows]) -> dict | None:
    frames = [r.quarantine.assign(ledger=r.contract.ledger) for r in ledgers if len(r.quarantine)]
    if not frames:
        return None
    frame = pd.concat(frames).assign(_sequence=sequence, _office_code=office)
    frame = frame.rename(columns={"sheet_no": "_sheet_no", "row_no": "_row_no"})
    frame["column_no"] = frame["column_no"].astype("Int32")
    table = pa.Table.from_pandas(
        frame[QUARANTINE_SCHEMA.names], schema=QUARANTINE_SCHEMA, preserve_index=False
    )
    path, digest = _write_parquet(home.lake / "quarantine", sequence, table)
    return {"path": str(path.relative_to(home.lake)), "sha256": digest, "reasons": len(frame)}


def _write_parquet(folder: Path, sequence: int, table: pa.Table) -> tuple[Path, str]:
    folder.mkdir(parents=True, exist_ok=True)
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer, compression="zstd")
    raw = buffer.getvalue().to_pybytes()
    path = folder / f"{sequence:08d}.parquet"
    temporary = folder / f".{uuid.uuid4().hex}.tmp"
    _write_synced(temporary, raw)
    os.replace(temporary, path)  # an orphan of a killed run may lie there: it was never committed
    sync_folder(folder)
    return path, hashlib.sha256(raw).hexdigest()


def _write_synced(path: Path, raw: bytes) -> None:
    with path.open("xb") as handle:
        handle.write(raw)
        handle.flush()
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
