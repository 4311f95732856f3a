"""Is the lake whole? Every register entry, file, segment and tombstone looked at, nothing changed.

Belongs here: finding what is wrong and saying what to do; mending is for `segments`, `purge` and
backups. Slow on purpose: every byte of the lake is read once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ingestion import register
from ingestion.home import Home
from ingestion.register import Entry, LakeError
from ingestion.segments import strays, uncommitted
from ingestion.stored import QUARANTINE, Places, pending, segments, told_files

WRONG, NOTICE = "wrong", "notice"
RESTORE = "请从备份恢复"
TOLD_EVERY = 200  # files between two lines of progress


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be: `wrong`, or a `notice` that harms nothing."""

    severity: str
    place: str
    text: str
    remedy: str


def inspect(home: Home, say: Callable[[str], None] = lambda text: None) -> tuple[list, dict]:
    """Look at the whole lake; return the findings and how many deliveries, files, segments and
    tombstones were looked at.
    """
    entries, findings = _register(home)
    counts = {"deliveries": len(entries), "files": 0, "segments": 0, "tombstones": 0}
    say(f"登记簿 {len(entries)} 号，开始逐个核对文件")
    try:
        places = Places(home, mending=True)
    except LakeError as error:  # without its commit records no file can be looked up
        return [*findings, _whole(str(error))], counts
    files = [(e.sequence, ledger, t) for e in entries for ledger, t in told_files(e.record)]
    for done, (sequence, ledger, told) in enumerate(files, start=1):
        findings += _file(places, sequence, ledger, told)
        if done % TOLD_EVERY == 0:
            say(f"已核对 {done}/{len(files)} 个文件")
    joined = segments(home)
    findings += [*_segments(home, joined, entries), *_tombstones(home, places, entries)]
    if not any(
        f.place == "登记簿" for f in findings
    ):  # what is a stray only a whole register tells
        findings += _strays(home, entries)
    counts |= {"files": len(files), "segments": len(joined), "tombstones": len(places.all_purges)}
    return findings, counts


def _wrong(place: str, text: str, remedy: str) -> Finding:
    return Finding(WRONG, place, text, remedy)


def _whole(message: str) -> Finding:
    """Return a LakeError's message as a finding: what is wrong, then the remedy."""
    text, word, remedy = message.partition("请")
    return _wrong("湖", text.rstrip("，。"), word + remedy.rstrip("。"))


def _register(home: Home) -> tuple[list[Entry], list[Finding]]:
    """Return the entries that can be read, and what is wrong with the register itself."""
    entries, findings, expected, last = [], [], 1, datetime.min
    for path in sorted(home.register.glob("*.json")):
        try:
            entry = register.read(path)
            found, recorded_at = entry.sequence, entry.recorded_at
        except LakeError:
            remedy = f"{RESTORE} lake/register/{path.name}"
            findings.append(_wrong("登记簿", f"{path.name} 残缺或号码不符", remedy))
            expected += 1
            continue
        if found != expected:
            gap = f"缺第 {expected} 号" + (f"至第 {found - 1} 号" if found - 1 > expected else "")
            findings.append(_wrong("登记簿", gap, f"{RESTORE} lake/register"))
        if recorded_at < last:
            text = f"第 {found} 号的登记时间早于前一号"
            findings.append(_wrong("登记簿", text, f"文件被改动过，{RESTORE} lake/register"))
        expected, last = found + 1, max(last, recorded_at)
        entries.append(entry)
    return entries, findings


def _file(places: Places, sequence: int, ledger: str, told: dict) -> Iterator[Finding]:
    place = f"第 {sequence} 号 {ledger}"
    try:
        places.checked(sequence, told)
        rows = places.count(sequence, told)
    except LakeError as error:
        yield _whole(str(error))
        return
    expected = told["reasons"] if ledger == QUARANTINE else told["loaded"]
    if rows != expected:
        text = f"湖中 {rows} 行，收据说 {expected} 行"
        yield _wrong(place, text, f"{RESTORE} lake/register 与该文件")
    if ledger != QUARANTINE:
        split = told["loaded"] + told["quarantined"] + told["duplicate"]
        if told["read"] != split:
            text = f"收据不守恒：读入 {told['read']}，去处合计 {split}"
            yield _wrong(place, text, f"{RESTORE} lake/register")


def _segments(home: Home, joined: list[dict], entries: list[Entry]) -> Iterator[Finding]:
    registered = {t["path"]: e.sequence for e in entries for _, t in told_files(e.record)}
    seen: dict[str, str] = {}
    for segment in joined:
        place, parts = segment["path"], segment["replaces"]
        if segment["rows"] != sum(part["rows"] for part in parts):
            yield _wrong(place, "合并记录的行数与各件之和不同", f"{RESTORE} lake/segments")
        for part in parts:
            if registered.get(part["path"]) != part["sequence"]:
                text = f"合并记录中的 {part['path']} 不在登记簿第 {part['sequence']} 号中"
                yield _wrong(place, text, f"{RESTORE} lake/register 与 lake/segments")
            if part["path"] in seen:
                text = f"{part['path']} 同时在 {seen[part['path']]} 中"
                yield _wrong(place, text, f"{RESTORE} lake/segments")
            seen[part["path"]] = place
        left = sum((home.lake / part["path"]).exists() for part in parts)
        if left:
            text = f"合并已完成，还有 {left} 个原件没有移去"
            yield Finding(NOTICE, place, text, "运行 petition compact 移去")


def _tombstones(home: Home, places: Places, entries: list[Entry]) -> Iterator[Finding]:
    begun = pending(home)
    if begun:
        text = (
            f"第 {begun['sequence']} 号报送的清除（{begun['ledger']} 的 {begun['column']}）没有做完"
        )
        yield _wrong("清除记录", text, "再运行一次同样的 petition purge-delivery")
    told = {(e.sequence, t["ledger"]): t for e in entries for t in e.ledgers}
    for tombstone in places.all_purges:
        place = f"清除记录第 {tombstone['number']} 号"
        target = told.get((tombstone["sequence"], tombstone["ledger"]))
        if target is None or tombstone["path"] not in (
            target["path"],
            places.committed(target)["path"],
        ):
            yield _wrong(
                place, "所指的报送或文件不在登记簿中", f"{RESTORE} lake/register 与 lake/tombstones"
            )
            continue
        try:
            table = places.table(tombstone["sequence"], target)
        except LakeError:
            continue  # said of the file itself
        column = tombstone["column"]
        if column in table.column_names and table[column].null_count != len(table):
            text = f"第 {tombstone['sequence']} 号的 {column} 仍有值"
            yield _wrong(place, text, "再运行一次同样的 petition purge-delivery")


def _strays(home: Home, entries: list[Entry]) -> Iterator[Finding]:
    last = len(entries)
    for path, spare in uncommitted(home, entries):
        if not spare:
            name = path.relative_to(home.lake).as_posix()
            remedy = f"{RESTORE} lake/{name.removesuffix('.parquet')}.json，切勿删除这个合并件"
            yield _wrong(name, "合并记录丢失，而原件已移去，这是唯一的一份", remedy)
    for path in strays(home):
        name = path.relative_to(home.lake).as_posix()
        yield Finding(NOTICE, name, "中断的运行留下的文件，不作数", "运行 petition compact 移去")
    for folder in sorted(home.lake.iterdir()) if home.lake.exists() else ():
        for path in sorted(folder.glob("*.parquet")):
            if path.stem.isdigit() and int(path.stem) > last:
                text = f"登记簿只到第 {last} 号，没有它的登记"
                remedy = (
                    "若收取曾被中断，下次收取会处理；若登记簿末尾丢失，"
                    + RESTORE
                    + " lake/register"
                )
                yield Finding(NOTICE, path.relative_to(home.lake).as_posix(), text, remedy)
