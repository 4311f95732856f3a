"""`python -m benchmarks.latency HOME`: a small delivery to a readable release, beside an empty run.

HOME is a home that was run before; this delivers to it, so give a copy or a generated world. Both run
in this one process, warm, in turn: a delivery of 20 registrations through the whole job, and the floor
(`empty`). The medians of --runs runs; the first of each, which imports and parses, is not counted.
Of several homes, shorter history first, it also says how much the cost grows.
"""

import argparse
import os
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks import empty, page, parts
from benchmarks.measure import cpu_seconds
from ingestion import register
from ingestion.home import Home
from ingestion.mapping import References
from orchestration import runner
from publication import release as releases

ROWS = 20
HEADER = "信访件编号,登记时间,信访形式,信访目的,人数"
NAMES = {
    "door": "收文件", "load": "装表", "models": "建模（事实、指标）", "tests": "其测试",
    "findings": "核查与可发布的数字", "findings_tests": "其测试", "gate": "闸门", "export": "候选版与发布",
    "dagster": "Dagster 自己",
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """One run: wall and CPU seconds, and where the CPU went."""

    wall: float
    cpu: float
    parts: parts.Parts


def deliver(home: Home) -> datetime:
    """Put a file of 20 registrations in landing and set the clock after it; return as_of to run at."""
    current = releases.current(home)
    last = datetime.fromisoformat(register.entries(home)[-1].record["recorded_at"])
    as_of = (
        datetime.fromisoformat(current.manifest["as_of"])
        if current
        else last.replace(microsecond=0)
    )
    moment = max(last, as_of) + timedelta(minutes=1)
    os.environ["PETITION_CLOCK"] = moment.isoformat()
    put(home, f"{moment:%Y%m%d%H%M%S}", (as_of - timedelta(days=3)).date())
    return as_of


def put(home: Home, name: str, day: date) -> None:
    """Put a small file of its own numbers, all registered on a day, in the landing folder of a county."""
    levels = References.of(home).org_levels
    office = min(o for o, level in levels.items() if level == "county" and o.endswith("-xf"))
    rows = [f"L{name}-{i:02d},{day} 10:00:{i:02d},来访,申诉求决,1" for i in range(ROWS)]
    folder = home.landing / office
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"small-{name}.csv").write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")


def warm(home: Home) -> Run:
    """Deliver and run once in this process."""
    as_of = deliver(home)
    return _timed(lambda: runner.run(home, as_of))


def floor(home: Home, project_folder: Path) -> Run:
    """Run the empty project once in this process."""
    return _timed(lambda: empty.run(home, project_folder))


def _timed(work) -> Run:
    wall, cpu = time.monotonic(), cpu_seconds()
    with parts.measured() as found:
        work()
    return Run(time.monotonic() - wall, cpu_seconds() - cpu, found)


def side_by_side(home: Home, runs: int, say=lambda text: None) -> tuple[list[Run], list[Run], dict]:
    """Return the counted runs of the floor and of the home, and the shape that both have."""
    folder = home.work / "floor"
    shape = empty.write_project(home, folder / "project")
    nothing = Home(folder / "home")
    floors, warms = [], []
    for number in range(runs + 1):
        say(f"第 {number}/{runs} 次…" if number else "先各跑一次，不计…")
        floors.append(floor(nothing, folder / "project"))
        warms.append(warm(home))
    return floors[1:], warms[1:], shape


def table(floors: list[Run], warms: list[Run], shape: dict) -> str:
    """Return the two tables, of the whole and of its parts, in Markdown."""

    def of(found: list[Run], value) -> float:
        return median(value(run) for run in found)

    lines = [
        f"{shape['model']} 个模型、{shape['seed']} 个种子、{shape['test']} 个测试；各 {len(warms)} 次，取中位数。",
        "", "| | 空跑（底线） | 20 行的报送到发布 | 倍数 |", "| --- | --- | --- | --- |",
    ]  # fmt: skip
    for label, name in (("CPU 秒", "cpu"), ("实际秒", "wall")):
        low, high = (of(found, lambda run, n=name: getattr(run, n)) for found in (floors, warms))
        lines.append(f"| {label} | {low:.1f} | {high:.1f} | {high / low:.2f} |")
    lines += ["", "| 各部分，CPU 秒 | 空跑 | 报送到发布 |", "| --- | --- | --- |"]
    for part in parts.PARTS:
        low, high = (
            of(found, lambda run, p=part: run.parts.seconds[p]) for found in (floors, warms)
        )
        lines.append(f"| {NAMES[part]} | {low:.2f} | {high:.2f} |")
    return "\n".join(lines)


def slowest(warms: list[Run], how_many: int = 25) -> str:
    """Return the dbt nodes of the last run that took longest, in wall seconds."""
    nodes = sorted(warms[-1].parts.nodes.items(), key=lambda node: -node[1])[:how_many]
    return "\n".join(
        ["| 节点 | 实际秒 |", "| --- | --- |", *(f"| `{n}` | {t:.2f} |" for n, t in nodes)]
    )


def growth(found: list[tuple[int, list[Run]]]) -> str:
    """Return how the cost of a delivery grows with the events of history, in Markdown."""
    lines = [
        "| 历史中的办理事件 | 历史之比 | 报送到发布 CPU 秒 | 与最短历史之比 |",
        "| --- | --- | --- | --- |",
    ]
    least, cheapest = found[0][0], median(run.cpu for run in found[0][1])
    for events, runs in found:
        cost = median(run.cpu for run in runs)
        lines.append(f"| {events:,} | {events / least:.1f} | {cost:.1f} | {cost / cheapest:.2f} |")
    return "\n".join(lines)


def _events(home: Home) -> int:
    told = (t for entry in register.deliveries(home) for t in entry.ledgers)
    return sum(t["loaded"] for t in told if t["ledger"] == "handling_events")


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    asked.add_argument(
        "homes", nargs="+", type=Path, help="跑过一次的家目录，历史由短到长；会往里报送，请给副本"
    )
    asked.add_argument("--runs", type=int, default=5, help="各跑几次，取中位数")
    asked.add_argument("--nodes", action="store_true", help="另列最慢的 dbt 节点")
    asked.add_argument("--write", action="store_true", help="写入 docs/benchmarks.md")
    given = asked.parse_args()
    found, texts = [], []
    for home in (Home(path.resolve()) for path in given.homes):
        floors, warms, shape = side_by_side(home, given.runs, lambda t: print(t, flush=True))
        found.append((_events(home), warms))
        texts.append(f"历史 {found[-1][0]:,} 条事件。{table(floors, warms, shape)}")
        if given.nodes:
            print(slowest(warms))
    text = "\n\n".join([*texts, growth(found)])
    print(text)
    if given.write:
        page.write("latency", text, "")


if __name__ == "__main__":
    main()
