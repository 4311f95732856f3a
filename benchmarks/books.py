"""Ledger files of any size, as offices export them: the same seed gives the same cells.

One large workbook of handling events, and many small files of several offices, whose cells the
door must type, map and drop as it does every day. No cell names anybody.
"""

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from benchmarks.world import write_rules
from ingestion.home import Home
from ingestion.linkage import VARIABLE

PREFECTURES, TELLERS = 2, 8
FIRST_DAY, DAYS = datetime(2025, 1, 1), 330
REGISTER = (
    "信访件编号", "登记机构", "登记时间", "信访形式", "信访目的", "问题属地", "责任单位", "信访人数",
    "初次信访", "法定途径", "限办截止时间", "办结时间", "信访人姓名", "信访内容",
)  # fmt: skip
EVENTS = (
    "信访件编号", "登记机构", "流转序号", "办理方式", "办理时间", "办理机构", "去向机构", "延长后期限",
    "经办人", "办理意见",
)  # fmt: skip
KINDS = ("转送", "责任单位收到", "受理告知", "受理", "出具处理意见", "送达处理意见", "办结")
CHANNELS, PURPOSES = ("来信", "来访", "网信", "来电"), ("申诉求决", "意见建议", "检举控告")
PATHS = (1, 2, 3, 6)
PHRASES = tuple(f"已按程序办理，第{n}类情形。" for n in range(1, 41))
CLERKS = tuple(f"经办{n:03d}" for n in range(200))


def make_home(root: Path) -> Home:
    """Make a home of two prefectures, its key file beside it. The caller's environment names it."""
    home = Home(root)
    write_rules(home, PREFECTURES)
    key = key_file(root)
    key.write_text("bench:" + "0123456789abcdef" * 2, "utf-8")
    key.chmod(0o600)
    return home


def key_file(root: Path) -> Path:
    """Return where the home's key file lies; `VARIABLE` must name it when files are taken in."""
    return root.with_name(f"{root.name}.key")


def environment(root: Path) -> dict[str, str]:
    """Return what the environment of a process that takes in these files must say."""
    return {VARIABLE: str(key_file(root)), "PETITION_CLOCK": "2026-01-10T09:00:00"}


def large(home: Home, rows: int, seed: int = 20260401) -> Path:
    """Write one workbook of handling events into landing and return it."""
    office, chance = offices(home)[0], random.Random(seed)
    return _workbook(
        home.landing / office / "办理流转台账.xlsx", EVENTS, _events(office, rows, chance)
    )


def small(home: Home, files: int, rows: int, suffix: str, seed: int = 20260401) -> list[Path]:
    """Write many files into landing, of several offices in turn: registers, and events of others."""
    tellers, chance, written = offices(home)[:TELLERS], random.Random(seed), []
    write = {"xlsx": _workbook, "csv": _text}[suffix]
    for number in range(files):
        office = tellers[number % len(tellers)]
        of_events = number // len(tellers) % 2
        made = (_events if of_events else _register)(office, rows, chance, number)
        path = home.landing / office / f"台账{number:05d}.{suffix}"
        written.append(write(path, EVENTS if of_events else REGISTER, made))
    return written


def offices(home: Home) -> list[str]:
    """Return the petition offices of the home's counties, in the order of its list."""
    with (home.rules / "organisations.csv").open(encoding="utf-8", newline="") as source:
        return [
            row["org_code"]
            for row in csv.DictReader(source)
            if row["is_petition_office"] == "true" and row["level_code"] == "county"
        ]


def _events(office: str, rows: int, chance: random.Random, number: int = 0):
    units = [f"{office[:6]}-{unit}" for unit in ("zj", "rs", "zr")]
    for row in range(rows):
        item, step = divmod(row, len(KINDS))
        if step == 0:
            unit, begun = f"机构{chance.choice(units)}", _moment(chance)
        at = begun + timedelta(days=step * 3, minutes=chance.randrange(600))
        by, to = (f"机构{office}", unit) if step == 0 else (unit, None)
        later = at + timedelta(days=30) if chance.random() < 0.02 else None
        yield (
            f"E{number:05d}-{item:06d}", f"机构{office}", step + 1, KINDS[step], at, by, to, later,
            chance.choice(CLERKS), chance.choice(PHRASES),
        )  # fmt: skip


def _register(office: str, rows: int, chance: random.Random, number: int = 0):
    units = [f"{office[:6]}-{unit}" for unit in ("zj", "rs", "zr")]
    for row in range(rows):
        at = _moment(chance)
        closed = at + timedelta(days=chance.randrange(5, 70)) if chance.random() < 0.8 else None
        yield (
            f"R{number:05d}-{row:06d}", f"机构{office}", at, chance.choice(CHANNELS),
            chance.choice(PURPOSES), office[:6], f"机构{chance.choice(units)}",
            chance.choice((1, 1, 1, 2, 3, 6)), chance.choice(("是", "否")), chance.choice(PATHS),
            at + timedelta(days=60), closed, "某某", chance.choice(PHRASES),
        )  # fmt: skip


def _moment(chance: random.Random) -> datetime:
    return FIRST_DAY + timedelta(days=chance.randrange(DAYS - 60), minutes=chance.randrange(1440))


def _workbook(path: Path, headers: tuple[str, ...], rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, headers)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
    return path


def _text(path: Path, headers: tuple[str, ...], rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows(rows)
    return path
