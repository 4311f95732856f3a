"""`python -m benchmarks.nights DAYS…`: what a night costs, by the length of the history behind it.

The same offices tell as much a day in every world; a world is only longer or shorter. Its last days are
told night by night, each night 20,000 handling events of which some correct matters of any time; the
median night counts. CPU seconds are of the load and the models, without imports and parse.
"""

import argparse
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks import measure, page, world
from ingestion.home import Home

EVENTS_A_DAY = 10_000  # asked of the generator; a night is filled up to world.NIGHT_EVENTS
HEAD = (
    "| 历史（天） | 历史中的办理事件 | 历史之比 | 一夜报来的事件 | CPU 秒 | 与最短历史之比 | 峰值 MB"
    " | 最费的模型（CPU 秒） |"
)
GRAPH = """```mermaid
xychart-beta
    title "一夜 {night:,} 条事件的 CPU 秒，按历史中的办理事件（百万）"
    x-axis [{events}]
    y-axis "CPU 秒" 0 --> {top}
    line [{costs}]
```"""
HEAVIEST = 4


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.nights", description=__doc__)
    asked.add_argument("days", nargs="+", type=int, help="各世界的历史有多少天，由短到长")
    asked.add_argument("--a-day", type=int, default=EVENTS_A_DAY, help="每天约多少条办理事件")
    asked.add_argument("--prefectures", type=int, default=world.PREFECTURES, help="多少个地市")
    asked.add_argument("--nights", type=int, default=5, help="量几夜，取中位数")
    asked.add_argument("--folder", type=Path, default=Path("var/bench"), help="放样本世界的目录")
    asked.add_argument("--write", action="store_true", help="写入 docs/benchmarks.md")
    given = asked.parse_args()
    text = report(given)
    print(text)
    if given.write:
        page.write("nights", text, f"各 {given.nights} 夜，取中位数。")


def report(given: argparse.Namespace) -> str:
    """Return the table, a row a world, and the graph of cost against history, in Markdown."""
    lines, found = [HEAD, "|" + " --- |" * 8], []
    for days in given.days:
        home = Home((given.folder / f"{days}d").resolve())
        events, told, nights = measured(home, days, given)
        found.append((events, median(night.work_seconds for night in nights)))
        (least, cheapest), (_, cost) = found[0], found[-1]
        lines.append(
            f"| {days:,} | {events:,} | {events / least:.1f} | {median(told):,.0f} | {cost:.1f}"
            f" | {cost / cheapest:.2f} | {max(night.peak_mb for night in nights):,.0f} | {_heaviest(nights)} |"
        )
    graph = GRAPH.format(
        night=world.NIGHT_EVENTS,
        events=", ".join(f'"{events / 1e6:.1f}"' for events, _ in found),
        top=round(2 * max(cost for _, cost in found)),
        costs=", ".join(f"{cost:.1f}" for _, cost in found),
    )
    return "\n".join([*lines, "", graph])


def measured(home: Home, days: int, given: argparse.Namespace):
    """Return a world's events of history, the events told in each night, and each night's cost."""
    last = datetime.fromisoformat(world.AS_OF)
    made = world.generate(
        home, days * given.a_day, days=days, nights=given.nights, prefectures=given.prefectures
    )
    measure.child("benchmarks.core", home.root, (last - timedelta(given.nights)).isoformat())
    told, costs = [], []
    for back in reversed(range(given.nights)):
        now = last - timedelta(back)
        told.append(world.tell_night(home, now.date())["handling_events"])
        costs.append(measure.child("benchmarks.core", home.root, now.isoformat()))
    return made["handling_events"], told, costs


def _heaviest(nights: list[measure.Cost]) -> str:
    found: dict[str, list[float]] = {}
    for night in nights:
        for name, seconds in night.answer["cpu_seconds_by_model"].items():
            found.setdefault(name, []).append(seconds)
    ordered = sorted(found, key=lambda name: -median(found[name]))
    return "、".join(f"{name} {median(found[name]):.1f}" for name in ordered[:HEAVIEST])


if __name__ == "__main__":
    main()
