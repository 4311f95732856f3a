"""Where a register's Parquet file now lies, and what its bytes must hash to.

Belongs here: the one way from a register entry to rows. Since its delivery was committed a file may
have been left as it was, joined with others into a segment (`segments`), or rewritten without a
column (`purge`). Readers ask here, hash what they are given, and take the rows of their own
delivery only: a segment may hold later deliveries than the reader knows of. Never by glob: data
files are found from the register and from commit records, which exist once by link().

    lake/<ledger>/<sequence>.parquet                 named by the register
    lake/segments/<ledger>/<first>-<last>.json       names what its .parquet replaced
    lake/tombstones/<number>.json                    a purge: old hash, new hash, column, no value
    lake/tombstones/pending.intent                   a purge that was begun and is not complete
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.home import Home
from ingestion.register import LakeError

QUARANTINE = "quarantine"
SMALL_ROWS = 2_000


@dataclass(frozen=True)
class Stored:
    """A file that holds the rows of a delivery's ledger; `within` is set when others' rows too."""

    path: Path
    sha256: str
    within: int | None


def encode(table: pa.Table) -> bytes:
    """Return a table as the lake's Parquet. The same rows give the same bytes.

    A small table is not worth dictionaries and close packing: setting them up is what it would cost.
    """
    buffer, small = pa.BufferOutputStream(), len(table) < SMALL_ROWS
    packed = "snappy" if small else "zstd"
    pq.write_table(table, buffer, compression=packed, use_dictionary=not small)
    return buffer.getvalue().to_pybytes()


def tombstones(home: Home) -> list[dict]:
    """Return every completed purge, in order: number, sequence, ledger, column, path (under lake/),
    old_sha256, new_sha256, rows, recorded_at (ISO), reason. Raises LakeError on a gap.
    """
    found = []
    for path in sorted(home.tombstones.glob("*.json")):
        found.append(record_of(home, path))
        if found[-1]["number"] != len(found):
            raise LakeError(f"清除记录缺第 {len(found)} 号，请从备份恢复 lake/tombstones。")
    return found


def segments(home: Home) -> list[dict]:
    """Return the commit record of every segment: ledger, month, path, sha256, rows, replaces."""
    return [record_of(home, path) for path in sorted(home.segments.glob("*/*.json"))]


def pending(home: Home) -> dict | None:
    """Return the purge that was begun and is not complete, None when there is none."""
    path = intent_path(home)
    return record_of(home, path) if path.exists() else None


def intent_path(home: Home) -> Path:
    return home.tombstones / "pending.intent"


def record_of(home: Home, path: Path) -> dict:
    """Return a commit record of the lake. Raises LakeError when it is torn."""
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError:
        name = path.relative_to(home.root)
        raise LakeError(f"{name} 残缺，不是完整的 JSON，请从备份恢复这个文件。") from None


def told_files(record: dict) -> list[tuple[str, dict]]:
    """Return (ledger, {path, sha256, …}) of each Parquet file that a register entry committed."""
    files = [(told["ledger"], told) for told in record["ledgers"]]
    refused = record.get("quarantine")
    return files + ([(QUARANTINE, refused)] if refused else [])


class Places:
    """The lake as its commit records say it is at one moment; each file is hashed once.

    Raises LakeError when a purge was cut short: until it is complete no reader goes on with a value
    that was to be gone. `mending` is for who completes it, or only looks. `all_purges` are the
    tombstones, in order.
    """

    def __init__(self, home: Home, mending: bool = False):
        self.home = home
        begun = None if mending else pending(home)
        if begun:
            raise LakeError(
                f"第 {begun['sequence']} 号报送的清除（{begun['ledger']} 的 {begun['column']}）没有做完，"
                "请再运行一次同样的 petition purge-delivery。"
            )
        self._segment_of: dict[str, dict] = {}
        for segment in segments(home):
            self._segment_of |= {part["path"]: segment for part in segment["replaces"]}
        self.all_purges = tombstones(home)
        self._purges: dict[str, list[dict]] = {}
        for tombstone in self.all_purges:
            self._purges.setdefault(tombstone["path"], []).append(tombstone)
        self._hashes: dict[Path, str] = {}
        self._counts: dict[Path, Counter] = {}

    def locate(self, sequence: int, told: dict) -> Stored:
        """Say where the rows of a delivery's register record (`path`, `sha256`) now lie."""
        committed = self.committed(told)
        digest = self.states(committed["path"], committed["sha256"])[-1]
        path = self.home.lake / committed["path"]
        return Stored(path, digest, None if committed is told else sequence)

    def committed(self, told: dict) -> dict:
        """Return the record that names a delivery's file now: its segment's, else the register's."""
        return self._segment_of.get(told["path"], told)

    def states(self, path: str, committed: str) -> list[str]:
        """Return the hashes that a file has had, as committed and after each purge, the last one now.

        Raises LakeError when a purge's record does not follow from the one before.
        """
        found = [committed]
        for tombstone in self._purges.get(path, []):
            if tombstone["old_sha256"] != found[-1]:
                raise LakeError(
                    f"清除记录第 {tombstone['number']} 号与湖中文件 {path} 接不上，"
                    "请从备份恢复 lake/tombstones。"
                )
            found.append(tombstone["new_sha256"])
        return found

    def purges(self, path: str) -> list[dict]:
        """Return the tombstones of a file, in order."""
        return self._purges.get(path, [])

    def checked(self, sequence: int, told: dict) -> Stored:
        """As `locate`, after comparing the file's bytes. Raises LakeError."""
        stored = self.locate(sequence, told)
        found = self.hash_of(stored.path)
        if found != stored.sha256:
            raise LakeError(self._mismatch(sequence, told, stored.path, found))
        return stored

    def hash_of(self, path: Path) -> str | None:
        """Return the hash of a file, read once; None when it is not there."""
        if path not in self._hashes:
            if not path.exists():
                return None
            with path.open("rb") as handle:
                self._hashes[path] = hashlib.file_digest(handle, "sha256").hexdigest()
        return self._hashes[path]

    def _mismatch(self, sequence: int, told: dict, path: Path, found: str | None) -> str:
        name = path.relative_to(self.home.lake).as_posix()
        earlier = self.states(name, self.committed(told)["sha256"])[:-1]
        if found in earlier:
            again = self.purges(name)[earlier.index(found)]
            return (
                f"湖中文件 {name} 是清除之前的旧文件（多半由旧备份恢复），已清除的值又在其中。"
                f"请再运行一次 petition purge-delivery {again['sequence']}"
                f" --ledger {again['ledger']} --column {again['column']}。"
            )
        what = "缺失" if found is None else "与登记簿的校验值不符"
        return f"湖中文件 {name}（第 {sequence} 号报送）{what}，请从备份恢复。"

    def table(self, sequence: int, told: dict) -> pa.Table:
        """Return the rows of a delivery's ledger as they now are, in the order of telling."""
        stored = self.checked(sequence, told)
        table = pq.ParquetFile(stored.path).read()
        if stored.within is None:
            return table
        return table.filter(pc.equal(table["_sequence"], stored.within))

    def count(self, sequence: int, told: dict) -> int:
        """Return how many rows of a delivery's ledger the lake really holds; bytes are not hashed."""
        stored = self.locate(sequence, told)
        if not stored.path.exists():
            raise LakeError(self._mismatch(sequence, told, stored.path, None))
        if stored.within is None:
            return pq.read_metadata(stored.path).num_rows
        if stored.path not in self._counts:
            column = pq.ParquetFile(stored.path).read(["_sequence"])["_sequence"]
            self._counts[stored.path] = Counter(
                {c["values"]: c["counts"] for c in pc.value_counts(column).to_pylist()}
            )
        return self._counts[stored.path][stored.within]


def locate(home: Home, sequence: int, told: dict) -> Stored:
    """Say where one register record's rows now lie; for many, make one `Places` and ask it."""
    return Places(home).locate(sequence, told)
