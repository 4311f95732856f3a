"""A small home that runs are disturbed in, and what of a home has to be the same afterwards.

Belongs here: what it was told (500 rows over two deliveries of two offices, published; the next deliveries lie in
landing), and the one list of what two homes that were told the same may differ in.
"""

import csv
import hashlib
import json
import os
import random
from pathlib import Path

from ingestion import inspection
from ingestion.home import Home
from publication import release as releases
from publication import serve
from tests import asking
from tests.spine import COUNTY, DISTRICT, ORGANISATIONS, REGIONS, UNIT, item

# of each shape one, and as few as that: a run that is killed is run again, hundreds of times
INDICATORS = frozenset({
    "ind_volume", "ind_timely_accept_office", "ind_on_time_reply", "ind_satisfaction", "ind_backlog_resolution",
    "ind_repeat_share__in_nation", "ind_handling_days", "ind_due_closure",
})  # fmt: skip
PUBLISHED = ("2026-04-01T09:00:00", "2026-03-31T23:59:59")  # the clock, and as of when
WAITING = ("2026-04-02T09:00:00", "2026-04-01T23:59:59")
EVENTS = ("转送", "受理", "出具处理意见", "办结")

# What may differ, and why. Everything else of a home is compared, byte for byte.
MAY_DIFFER = {
    "dagster": "the history of runs: their ids, and the runs that were killed",
    "logs": "says of every run that it was, also of those that were killed",
    "work": "made again from the lake whenever it is not certain: nobody reads it but the next run",
}
SAID_APART = {
    "run.json": "names the run by its id; the rest of it is compared",
    "serve.duckdb": "DuckDB writes no two files alike; what it says of each table is compared",
    ".seen.json": "the order of its names; what it says is compared",
}


def make(home: Home) -> None:
    """Lay down the home's name lists and its first deliveries, which wait in landing."""
    home.rules.mkdir(parents=True)
    (home.rules / "regions.csv").write_text(REGIONS, "utf-8")
    (home.rules / "organisations.csv").write_text(ORGANISATIONS, "utf-8")
    draw = random.Random(20260401)
    _tell(home, COUNTY, "登记1", _registered(draw, COUNTY, "J", range(150)))
    _tell(home, COUNTY, "办理1", _handled(draw, "J", range(150)))
    _tell(home, DISTRICT, "登记1", _registered(draw, DISTRICT, "D", range(120)))
    _tell(home, DISTRICT, "办理1", _handled(draw, "D", range(80)))


def deliver(home: Home) -> None:
    """Put the next deliveries into landing: new rows and told again, one of which nothing is taken."""
    draw = random.Random(20260402)
    _tell(home, COUNTY, "登记2", _registered(draw, COUNTY, "J", range(140, 170)))
    _tell(home, DISTRICT, "办理2", _handled(draw, "D", range(70, 110)))
    _tell(home, DISTRICT, "不是台账", [{"甲": 1, "乙": 2}])


def _registered(draw: random.Random, office: str, prefix: str, numbers: range) -> list[dict]:
    rows = []
    for number in numbers:
        day = f"2026-{draw.choice((2, 3)):02d}-{draw.randint(1, 28):02d}"
        done = draw.choice((None, "2026-03-30 10:00:00"))
        due = "2026-03-31 10:00:00"
        rows.append(
            item(f"{prefix}{number}", day, 登记机构=office, 限办截止时间=due, 办结时间=done)
        )
    return rows


def _handled(draw: random.Random, prefix: str, numbers: range) -> list[dict]:
    return [
        {
            "信访件编号": f"{prefix}{number}", "流转序号": 1, "办理方式": draw.choice(EVENTS),
            "办理时间": "2026-03-29 09:00:00", "办理机构": UNIT, "延长后期限": None,
        }
        for number in numbers
    ]  # fmt: skip


def _tell(home: Home, office: str, name: str, rows: list[dict]) -> None:
    path = home.landing / office / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    when = 1_700_000_000 + len([*home.landing.rglob("*.csv")])  # the order of deliveries
    os.utime(path, (when, when))


def state(home: Home) -> dict[str, str]:
    """Return everything that has to be the same: each file's name and the hash of what it says."""
    return {
        path.relative_to(home.root).as_posix(): _said(home, path)
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and path.relative_to(home.root).parts[0] not in MAY_DIFFER
    }


def _said(home: Home, path: Path) -> str:
    if path.name == "run.json":
        said = json.loads(path.read_text("utf-8"))
        said.pop("run_id")
    elif path.name == "serve.duckdb":
        said = {n: [*map(list, t)] for n, t in serve.said_of_tables(path.parent).items()}
    elif path.name == ".seen.json":
        said = json.loads(path.read_text("utf-8"))
    else:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def different(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Name what is not the same in two states."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def broken(home: Home, answers: dict[str, tuple]) -> list[str]:
    """Name what is not whole in a home, whatever happened to it: its lake, its current release, what analysts are
    told. `answers`: of each release that may be current, what it says.
    """
    findings, _ = inspection.inspect(home)
    found = [f"{f.place}：{f.text}" for f in findings if f.severity == inspection.WRONG]
    current = releases.current(home)
    if current is None or current.release_id not in answers:
        return [*found, f"the current release is {current and current.release_id}"]
    found += [f"altered: {name}" for name in releases.altered(home, current)]
    if asking.through_the_house(home) != answers[current.release_id]:
        found.append("the current release does not say what it said")
    if asking.through_the_resolver(home) not in answers.values():
        found.append("current.sql opens no whole release")
    return found
