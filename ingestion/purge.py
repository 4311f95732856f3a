"""Erasure: one column of one delivery made null in the lake, and a tombstone that says so.

Belongs here: what may be erased, the rewriting, and completing a purge that was cut short. The order:
intent, working copies, file, tombstone, end of intent. The intent names both hashes, so that a kill
anywhere leaves a state that readers name (`stored.Places`) and the next call completes. No value is
ever written. The caller holds the writer's lock.
"""

import hashlib
import json
import re
import shutil

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion import clock, register, segments
from ingestion.contract import load_contracts
from ingestion.durable import create_once, replace_file, sync_folder
from ingestion.errors import HouseError
from ingestion.home import Home
from ingestion.stored import QUARANTINE, Places, encode, intent_path, pending
from ingestion.values import suspected_identity

LONGEST_REASON = 200


class PurgeError(HouseError):
    """What was asked cannot be erased; the message says why and what to do instead."""


def check(home: Home, sequence: int, ledger: str, column: str) -> dict:
    """Return the register's record of a delivery's ledger, if its column may be erased.

    Raises PurgeError for what is not there, and for columns without which rows would not stand.
    """
    known = register.entries(home)
    if not 1 <= sequence <= len(known):
        raise PurgeError(f"登记簿中没有第 {sequence} 号报送，共有 {len(known)} 号，请核对号码。")
    told = {t["ledger"]: t for t in known[sequence - 1].ledgers}
    if ledger == QUARANTINE:
        raise PurgeError("隔离记录只有位置、原因和值的种类，没有值，不需要清除。")
    if ledger not in told:
        there = "、".join(told) or "没有装入任何台账"
        raise PurgeError(
            f"第 {sequence} 号报送没有台账 {ledger}（它有：{there}），请改正 --ledger。"
        )
    contracts = [c for c in load_contracts(home.contracts) if c.ledger == ledger]
    if not contracts:
        raise PurgeError(f"台账 {ledger} 不是单位报送的台账，不能按列清除。")
    contract = contracts[0]
    bearing = {
        **{f.name: "是契约要求必有的列，没有它整行不成立" for f in contract.stored if f.required},
        **{c.scope: "说明一次全量报送替换的范围" for c in contracts if c.scope},
        **dict.fromkeys(contract.key, "是行的身份，没有它就不知道是哪一行"),
    }
    remedy = "请改为由报送单位撤回该次报送后重报不含该值的文件"
    if column.startswith("_"):
        raise PurgeError(
            f"列 {column} 是行的来历（报送号、单位、表、行），清除后数字无从追溯；{remedy}。"
        )
    if column in bearing:
        raise PurgeError(f"列 {column} {bearing[column]}，不能单独清除；{remedy}。")
    names = [f.name for f in contract.stored]
    if column not in names:
        raise PurgeError(f"台账 {ledger} 没有列 {column}，它的列是：{'、'.join(names)}。")
    return told[ledger]


def check_reason(reason: str) -> None:
    """Refuse a reason that is empty, long, or that looks as if it named a person by number."""
    numbers = re.findall(r"[0-9]{11,}[Xx]?", reason)
    if numbers and suspected_identity(numbers).any():
        raise PurgeError("--reason 里像有身份证号或手机号。清除记录永久保留，请只写事由或文号。")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise PurgeError(f"--reason 要写明事由或文号，不超过 {LONGEST_REASON} 个字，不写个人信息。")


def purge(home: Home, sequence: int, ledger: str, column: str, reason: str) -> dict:
    """Erase a column of one delivery's ledger; return `changed`, `tombstone`, `completed`, `path`.

    `completed` is the earlier purge that was cut short and is complete now, if any. A file from
    before an earlier purge, as an old backup restores it, is purged again. Erasing twice changes
    nothing. Raises PurgeError, or LakeError when the file is not what the register says.
    """
    check_reason(reason)
    completed = finish(home)
    told = check(home, sequence, ledger, column)
    segments.sweep(home)  # an original that its segment replaced would keep the value
    places = Places(home)
    record, raw = _plan(places, sequence, ledger, column, reason, told)
    if raw is not None and record is not None:
        _carry_out(home, record, raw)
    elif raw is not None:
        _put_back(home, places, told, raw)
    path = places.committed(told)["path"]
    return {"changed": raw is not None, "tombstone": record, "completed": completed, "path": path}


def _plan(
    places: Places, sequence: int, ledger: str, column: str, reason: str, told: dict
) -> tuple[dict | None, bytes | None]:
    """Return the tombstone to be and the file's new bytes; no bytes when nothing is left to erase,
    no tombstone when an old file only becomes again what it was after its purges.
    """
    stored = places.locate(sequence, told)
    name = stored.path.relative_to(places.home.lake).as_posix()
    wanted = [(t["sequence"], t["column"]) for t in _overdue(places, sequence, told)]
    said = [*places.purges(name), *places.purges(told["path"])]  # the latter before it was joined
    new = (sequence, column) not in {(t["sequence"], t["column"]) for t in said}
    if not new and not wanted:
        return None, None
    table = pq.ParquetFile(stored.path).read()
    raw = encode(_without(table, [*wanted, (sequence, column)]))
    digest = hashlib.sha256(raw).hexdigest()
    if not new and digest == stored.sha256:
        return None, raw
    record = {
        "number": len(places.all_purges) + 1,
        "sequence": sequence,
        "ledger": ledger,
        "column": column,
        "path": name,
        "old_sha256": stored.sha256,
        "new_sha256": digest,
        "rows": told["loaded"],
        "recorded_at": clock.now().isoformat(),
        "reason": reason,
    }
    return record, raw


def _carry_out(home: Home, record: dict, raw: bytes) -> None:
    home.tombstones.mkdir(parents=True, exist_ok=True)
    sync_folder(home.lake)
    replace_file(intent_path(home), _text(record))
    clear_work(home)
    replace_file(home.lake / record["path"], raw)
    _bury(home, record)


def _overdue(places: Places, sequence: int, told: dict) -> list[dict]:
    """Return the purges that a file lacks: none, but for a file that an old backup restored."""
    committed = places.committed(told)
    found = places.hash_of(places.home.lake / committed["path"])
    states = places.states(committed["path"], committed["sha256"])
    if found not in states:
        places.checked(sequence, told)  # raises, and says what is wrong with it
    return places.purges(committed["path"])[states.index(found) :]


def _without(table: pa.Table, wanted: list[tuple[int, str]]) -> pa.Table:
    """Return a table in which columns are null for the rows of given deliveries."""
    for sequence, column in wanted:
        if column in table.column_names:
            at = table.column_names.index(column)
            field = table.schema.field(at)
            rows = pc.equal(table["_sequence"], sequence)
            kept = pc.if_else(rows, pa.scalar(None, field.type), table[column])
            table = table.set_column(at, field, kept)
    return table


def _bury(home: Home, record: dict) -> None:
    create_once(home.tombstones / f"{record['number']:08d}.json", _text(record))
    _drop_intent(home)


def _drop_intent(home: Home) -> None:
    intent_path(home).unlink()
    sync_folder(home.tombstones)


def _text(record: dict) -> bytes:
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True).encode()


def finish(home: Home) -> dict | None:
    """Complete a purge that was cut short; return its tombstone, None when there was none.

    Raises LakeError when the file is neither as before nor as after it; the intent then stays.
    """
    begun = pending(home)
    if begun is None:
        return None
    places = Places(home, mending=True)
    if any(t["number"] == begun["number"] for t in places.all_purges):
        _drop_intent(home)
    elif places.hash_of(home.lake / begun["path"]) == begun["new_sha256"]:
        _bury(home, begun)
    else:  # the file was not rewritten yet
        told = check(home, begun["sequence"], begun["ledger"], begun["column"])
        asked = [begun[k] for k in ("sequence", "ledger", "column", "reason")]
        record, raw = _plan(places, *asked, told)
        begun = _complete(home, places, record, raw, told) or begun
    return begun


def _complete(home: Home, places: Places, record: dict | None, raw: bytes | None, told: dict):
    """Carry out an intent's plan as it now is; with no tombstone to be, end the intent alone."""
    if record is not None:
        _carry_out(home, record, raw)
        return record
    if raw is not None:
        _put_back(home, places, told, raw)
    _drop_intent(home)
    return None


def _put_back(home: Home, places: Places, told: dict, raw: bytes) -> None:
    """Put in place of an old file what it was after its purges, by bytes: no new tombstone."""
    clear_work(home)
    replace_file(home.lake / places.committed(told)["path"], raw)


def clear_work(home: Home) -> None:
    """Remove the working file, the candidate and every staged copy: all is built again from the
    lake. The locks stay, and so does the writer's name.
    """
    kept = {home.lock.name, home.lock.with_suffix(".json").name, home.parse_lock.name}
    for path in home.work.iterdir() if home.work.exists() else ():
        if path.name in kept:
            continue
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
