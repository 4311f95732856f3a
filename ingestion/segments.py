"""Segments: the small files of a closed month joined into one per ledger, with nothing lost.

Belongs here: joining and what a killed join leaves behind. The order is the safety: the segment is
written, synced, read back and compared row for row with originals that matched the register; then
its record is created by link(), which is the commit; only then do the originals go. Killed
anywhere, either the originals or the segment count, and the next compaction completes. The caller
holds the writer's lock.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion import clock, register
from ingestion.durable import create_once, replace_file, sync_folder
from ingestion.errors import HouseError
from ingestion.home import Home
from ingestion.register import LakeError
from ingestion.stored import Places, encode, segments, told_files

MONTH = "%Y-%m"


class CompactionError(HouseError):
    """What was asked cannot be joined; the message says why and what to ask instead."""


def compact(
    home: Home, before: str | None = None, say: Callable[[str], None] = lambda text: None
) -> dict:
    """Join every ledger's files of each month before `before` (YYYY-MM; unset: the last month).

    Returns `before`, `segments` (ledger, month, path, files, rows of each new one), `skipped` (ledger,
    month, why) and `removed`, how many files of a run or join cut short were cleared away.
    Raises CompactionError for a month that is not closed, LakeError for a file that is not whole.
    """
    before = _closed(before, clock.now())
    places = Places(home)
    removed = sweep(home)
    report = {"before": before, "segments": [], "skipped": [], "removed": removed}
    for (ledger, month), parts in _groups(home, places, before).items():
        say(f"合并 {ledger} {month}：{len(parts)} 个文件")
        tables = [places.table(sequence, told) for sequence, told in parts]
        try:
            schema = pa.unify_schemas([table.schema for table in tables])
        except pa.ArrowTypeError:
            why = "各文件同名列的类型不同，保持原样"
            report["skipped"].append({"ledger": ledger, "month": month, "why": why})
            continue
        segment = _join(home, places, ledger, month, parts, _as(tables, schema))
        report["segments"].append(
            {k: segment[k] for k in ("ledger", "month", "path", "rows")} | {"files": len(parts)}
        )
    return report


def _closed(before: str | None, now: datetime) -> str:
    """Return the month before which files are joined. Months not over yet are refused."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if before is None:
        return f"{first - timedelta(days=1):{MONTH}}"
    try:
        asked = datetime.strptime(before, MONTH)
    except ValueError:
        raise CompactionError(f"--before {before} 不是月份，请写成 2025-04 这样。") from None
    if asked > first:
        raise CompactionError(
            f"{before} 之前还有没过完的月份，只能合并已经过完的；最晚写 --before {first:{MONTH}}。"
        )
    return f"{asked:{MONTH}}"


def _groups(home: Home, places: Places, before: str) -> dict[tuple[str, str], list]:
    """Return by ledger and recorded month the files of their own, where there are two or more."""
    found: dict[tuple[str, str], list] = {}
    for entry in register.entries(home):
        month = f"{entry.recorded_at:{MONTH}}"
        for ledger, told in told_files(entry.record) if month < before else ():
            if places.locate(entry.sequence, told).within is None:
                found.setdefault((ledger, month), []).append((entry.sequence, told))
    return {group: parts for group, parts in sorted(found.items()) if len(parts) > 1}


def _as(tables: list[pa.Table], schema: pa.Schema) -> list[pa.Table]:
    """Return tables under one schema; a column that a file does not have is null in it."""
    return [
        pa.concat_tables([schema.empty_table(), table], promote_options="default")
        for table in tables
    ]


def _join(home: Home, places: Places, ledger: str, month: str, parts: list, tables: list) -> dict:
    folder = home.segments / ledger
    folder.mkdir(parents=True, exist_ok=True)
    for made in (folder, home.segments, home.lake):
        sync_folder(made)
    stem = f"{parts[0][0]:08d}-{parts[-1][0]:08d}"
    path = folder / f"{stem}.parquet"
    if path.with_suffix(".json").exists():
        raise LakeError(
            f"{path.with_suffix('.json').name} 已有而不含这些报送，请从备份恢复 lake/segments。"
        )
    raw = encode(pa.concat_tables(tables))
    replace_file(path, raw)
    _compare(path, parts, tables)
    record = {
        "ledger": ledger,
        "month": month,
        "path": path.relative_to(home.lake).as_posix(),
        "sha256": hashlib.sha256(raw).hexdigest(),
        "rows": sum(map(len, tables)),
        "recorded_at": clock.now().isoformat(),
        "replaces": [
            {
                "sequence": sequence,
                "path": told["path"],
                "rows": len(table),
                "sha256": places.locate(sequence, told).sha256,
            }
            for (sequence, told), table in zip(parts, tables, strict=True)
        ],
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    create_once(folder / f"{stem}.json", text.encode())
    _remove_replaced(home, record)
    return record


def _compare(path: Path, parts: list, tables: list[pa.Table]) -> None:
    """Read the segment back from disk and compare it with the originals. Raises LakeError."""
    joined, start = pq.ParquetFile(path).read(), 0
    for (sequence, told), table in zip(parts, tables, strict=True):
        again = joined.slice(start, len(table)).combine_chunks()
        start += len(table)
        # by bytes where not equal: NaN equals nothing, itself included
        same = again.equals(table) or encode(again) == encode(table.combine_chunks())
        own = pc.all(pc.equal(again["_sequence"], sequence), min_count=0).as_py()
        if not (same and own):
            raise LakeError(
                f"合并后的 {path.name} 与 {told['path']} 不是逐行相同，原件都还在、照常使用；"
                "请检查磁盘后再运行 petition compact。"
            )
    if len(joined) != sum(map(len, tables)):
        raise LakeError(
            f"合并后的 {path.name} 行数与原件之和不同，原件都还在、照常使用；"
            "请检查磁盘后再运行 petition compact。"
        )


def _remove_replaced(home: Home, segment: dict) -> int:
    """Remove the originals that a committed segment replaced; those already gone do not count."""
    there = [home.lake / part["path"] for part in segment["replaces"]]
    there = [path for path in there if path.exists()]
    for path in there:
        path.unlink()
    for folder in {path.parent for path in there}:
        sync_folder(folder)
    return len(there)


def sweep(home: Home) -> int:
    """Clear away what a killed run, join or purge left; return how many files.

    Originals whose segment is whole, segments that were never committed, temporary files, and
    files of a number whose register entry does not name them. A file of a number beyond the
    register is left: the entry itself may be what is missing.
    """
    places = Places(home, mending=True)
    removed = 0
    for segment in segments(home):
        want = places.states(segment["path"], segment["sha256"])[-1]
        if places.hash_of(home.lake / segment["path"]) == want:
            removed += _remove_replaced(home, segment)
    for path in list(strays(home)):
        path.unlink()
        removed += 1
    return removed


def strays(home: Home) -> Iterator[Path]:
    """Yield the files of the lake that nothing names and nothing can come to name."""
    known = register.entries(home)
    named = {told["path"] for entry in known for _, told in told_files(entry.record)}
    yield from (path for path, spare in uncommitted(home, known) if spare)
    for path in sorted(home.lake.rglob("*")):
        relative = path.relative_to(home.lake)
        told = path.stem.isdigit() and int(path.stem) <= len(known)
        if path.name.startswith(".") and path.suffix == ".tmp":
            yield path
        elif path.suffix != ".parquet" or relative.parts[0] == home.segments.name:
            continue
        elif told and relative.as_posix() not in named:
            yield path


def uncommitted(home: Home, known: list[register.Entry]) -> list[tuple[Path, bool]]:
    """Return each segment without a record, and whether all that it may hold also lies elsewhere.

    Where it does not, the record was lost and the segment is the only copy.
    """
    held = {part["path"] for segment in segments(home) for part in segment["replaces"]}
    found = []
    for path in sorted(home.segments.glob("*/*.parquet")):
        if path.with_suffix(".json").exists():
            continue
        first, last = map(int, path.stem.split("-"))
        covered = [
            told["path"]
            for entry in known[first - 1 : last]
            for ledger, told in told_files(entry.record)
            if ledger == path.parent.name
        ]
        found.append((path, all(c in held or (home.lake / c).exists() for c in covered)))
    return found
