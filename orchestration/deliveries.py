"""Assets of the way in: the deliveries of each level, their receipts, the raw tables.

Order: files into the lake -> receipts judged (blocking) -> raw tables and dials.
"""

import traceback
from collections import Counter
from datetime import datetime
from pathlib import Path

import dagster as dg

from ingestion import clock, landing, originals, outbox, register, warehouse
from ingestion.contract import load_contracts
from ingestion.errors import HouseError
from ingestion.home import Home
from ingestion.mapping import References
from ingestion.stored import Places
from orchestration import alerts, unwritable, writer
from publication import release as releases
from publication.candidate import code_hash

OWNERS = ["team:data-engineering"]
LEVELS = {
    "nation": "中央联席办与国家信访局",
    "province": "省级信访部门",
    "prefecture": "市级信访部门",
    "county": "县级信访部门",
    "township": "乡镇街道",
    "village": "村和社区",
    "department": "各级职能部门",
}
RECEIPTS = dg.AssetKey(["deliveries", "receipts"])
COUNTS = ("read", "loaded", "quarantined", "duplicate")


class Dials(dg.Config):
    """Up to when the figures are judged. Empty: the end of the day before (nightly)."""

    as_of: str = ""

    def instant(self) -> datetime:
        return (
            datetime.fromisoformat(self.as_of) if self.as_of else clock.default_as_of(clock.now())
        )


def level_of(office: str, references: References) -> str:
    """Return which level's ledgers an office's are; a body that is no petition office is a department."""
    level = references.org_levels.get(office, "department")
    if level in ("township", "village") or office in references.petition_offices:
        return level
    return "department"


def _level_key(level: str) -> dg.AssetKey:
    return dg.AssetKey(["deliveries", level])


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            _level_key(level),
            description=f"{label}报送的台账：本次收到的文件逐个过门，入湖并登记。",
            group_name="deliveries",
            kinds={"python", "parquet"},
            owners=OWNERS,
        )
        for level, label in LEVELS.items()
    ],
    name="take_in_deliveries",
)
def deliveries(context: dg.AssetExecutionContext):
    """Take in every finished, unseen file; a bad file never stops the others. Each sender is answered."""
    home = Home.find()
    writer.hold(home, f"运行 {context.run_id[:8]}", context.log.info)
    references = References.of(home)

    def progress(taken: landing.Taken, done: int, total: int) -> None:
        context.log.info(f"{done}/{total} {describe(taken)}")

    taken = take_in(home, progress)
    returns = outbox.write_due(home)
    context.log.info(f"写了 {len(returns)} 份回执，在各单位的 outbox/ 下")
    purged = originals.purge_due(home)
    if purged:
        context.log.info(
            f"移去保存期满的原件 {purged.total()} 个，它们是哪几号报送记在 landing/{originals.JOURNAL}"
        )
    by_level: dict[str, Counter] = {level: Counter() for level in LEVELS}
    for item in taken:
        counted = by_level[level_of(item.arrival.office, references)]
        counted["files"] += 1
        counted["refused"] += item.result.refused
        counted.update(dict(zip(COUNTS, item.result.receipt.as_tuple(), strict=False)))
    for level, counted in by_level.items():
        metadata = {name: counted[name] for name in ("files", "refused", *COUNTS)}
        yield dg.MaterializeResult(asset_key=_level_key(level), metadata=metadata)
    if taken:
        whole = sum(by_level.values(), Counter())
        text = f"收取了 {len(taken)} 个文件，写了 {len(returns)} 份回执"
        alerts.tell(home, alerts.TAKEN, text, run_id=context.run_id, **whole)


class TakingFailed(HouseError):
    """The files could not be taken in; says where in the code, never with what value."""


def take_in(home: Home, progress) -> list[landing.Taken]:
    """Take in the files. A foreign error is told by kind and place only: its message may hold a
    cell, and whatever leaves here is written to the run history. Raises TakingFailed.
    """
    _refuse_a_clock_set_back(home)
    try:
        return landing.take_all(home, progress)
    except HouseError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__}，{Path(last.filename).name}:{last.lineno}"
        why = unwritable.why(home, error)
    # raised outside the handler: the error that it stands for must not hang on as its context
    raise TakingFailed(
        why or f"收取文件时出错（{place}），请报系统维护人员；已登记的报送不受影响。"
    )


def _refuse_a_clock_set_back(home: Home) -> None:
    """Take nothing in under a date that cannot be: before the current release was judged, and was published. What is
    published next would be of such a date too.
    """
    current, now = releases.current(home), clock.now()
    if current is None:
        return
    as_of = datetime.fromisoformat(current.manifest["as_of"])
    if now < min(as_of, datetime.fromisoformat(current.published_at)):
        raise TakingFailed(
            f"机器的时钟是 {now}，早于当前版 {current.release_id} 的统计时点 {as_of}：时钟被拨回了，什么也没有收取。"
            f"请校准时钟再运行；若错的是当前版的时点，先 petition release withdraw {current.release_id}。"
        )


def describe(taken: landing.Taken) -> str:
    """Return one line for a log: the delivery's number and counts, no file name. A folder that is
    no known office is a name like any other.
    """
    receipt = taken.result.receipt
    placed = {p.code for p in taken.result.problems}.isdisjoint({"unknown_office", "misplaced"})
    office = taken.arrival.office if placed else "（单位不明）"
    number = f"第 {taken.sequence} 号" if taken.sequence else "未登记"
    state = "拒收" if taken.result.refused else "收下"
    return (
        f"{number} {office} {state}：读入 {receipt.read}，装入 {receipt.loaded}，"
        f"隔离 {receipt.quarantined}，重复 {receipt.duplicate}"
    )


@dg.asset(
    key=RECEIPTS,
    deps=[_level_key(level) for level in LEVELS],
    description="上次建成之后各次报送的收据：读入 = 装入 + 隔离 + 重复，并与湖中行数核对。",
    group_name="deliveries",
    kinds={"python"},
    owners=OWNERS,
    check_specs=[
        dg.AssetCheckSpec(
            "row_conservation",
            asset=RECEIPTS,
            blocking=True,
            description="上次建成之后（没有建成过的，全部）的每次报送行数守恒，且湖中行数与收据相同；"
            "不守恒则不再往下建。更早的报送当时核对过，petition status --deep 逐个再核。",
        )
    ],
)
def receipts(context: dg.AssetExecutionContext):
    """Judge the frame of receipts with Great Expectations, once per run."""
    from expectations.receipts import judge_receipts

    home = Home.find()
    frame = receipts_frame(home, since=warehouse.built_to(home.warehouse))
    verdicts = judge_receipts(frame)
    bad = [v for v in verdicts if not v.passed]
    yield dg.MaterializeResult(
        metadata={"deliveries": len(frame), **{c: int(frame[c].sum()) for c in COUNTS}}
    )
    yield dg.AssetCheckResult(
        check_name="row_conservation",
        passed=not bad,
        metadata={v.name: f"{v.text_zh}（{v.unexpected_count}）" for v in bad}
        or {"rules": len(verdicts)},
    )


def receipts_frame(home: Home, since: int = 0):
    """Return one row per ledger of each delivery after `since`: the receipt and the rows that the
    lake really holds.
    """
    import pandas as pd

    rows, places = [], Places(home)
    for entry in register.entries(home)[since:]:
        for told in entry.ledgers:
            stored = places.count(entry.sequence, told)
            counts = {c: told[c] for c in COUNTS}
            rows.append(
                {"sequence": entry.sequence, "ledger": told["ledger"], **counts, "stored": stored}
            )
    return pd.DataFrame(rows, columns=["sequence", "ledger", *COUNTS, "stored"])


def _raw_names() -> list[str]:
    tables = [name.removeprefix("raw_") for name in warehouse.DELIVERY_TABLES]
    ledgers = sorted({c.ledger for c in load_contracts()})
    return [*tables, *ledgers, *(f"ref_{n}" for n in warehouse.TABLES), "run_context"]


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["raw", name],
            deps=[RECEIPTS],
            description="由湖装入工作库的原始表。"
            if name != "run_context"
            else "两个刻度：known_to 与 as_of。",
            group_name="raw",
            kinds={"duckdb"},
            owners=OWNERS,
        )
        for name in _raw_names()
    ],
    name="load_raw_tables",
)
def raw_tables(context: dg.AssetExecutionContext, config: Dials):
    """Bring the raw tables up to the lake and set the dials."""
    home = Home.find()
    writer.hold(home, f"运行 {context.run_id[:8]}", context.log.info)
    as_of = config.instant()
    known_to = warehouse.load(home, as_of, code=code_hash())
    context.log.info(f"计入到第 {known_to} 次报送，统计时点 {as_of}")
    for name in _raw_names():
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["raw", name]),
            metadata={"known_to": known_to, "as_of": as_of.isoformat()},
        )
