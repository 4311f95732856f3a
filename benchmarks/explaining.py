"""`python -m benchmarks.explaining HOME`: what it takes to explain a figure of the current release.

For each kind of figure that an analyst asks for (a county and a month, a province and a month, a
province and a year) the ones with the most subjects, each the median of --runs runs in a process of
its own: CPU and wall seconds of the answer with all its rows, without the start of Python.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.measure import child, cpu_seconds
from ingestion.home import Home

HEAD = "| 数字 | 对象 | 台账行 | CPU 秒 | 秒 |\n| --- | ---: | ---: | ---: | ---: |"
KINDS = (("county", "month"), ("province", "month"), ("province", "year"))
LARGEST = """
    select indicator_code, variant, area_code, period
    from mart_published_values
    where status_code = 'published' and area_kind_code = 'region' and cut_code = 'all'
        and level_code = $level and period_kind_code = $period_kind
    qualify row_number() over (
        partition by indicator_code, variant order by den desc, area_code, period
    ) = 1
    order by den desc, indicator_code, variant limit $count
"""


def largest(home: Home, level: str, period_kind: str, count: int) -> list[tuple]:
    """Return the figures of a kind with the largest denominators, one of each indicator at most."""
    from publication.release import connect

    asked = {"level": level, "period_kind": period_kind, "count": count}
    with connect(home) as connection:
        return connection.execute(LARGEST, asked).fetchall()


def once(home: Home, figure: list[str]) -> dict:
    """Explain one figure; return CPU and wall seconds and how much there was to say."""
    from publication import explain, release

    indicator, variant, region, period = figure
    began, clock = cpu_seconds(), time.perf_counter()
    found = explain.explain(release.load(home, None), indicator, variant, region, period)
    return {
        "cpu_seconds": cpu_seconds() - began,
        "wall_seconds": time.perf_counter() - clock,
        "subjects": len(found.subjects),
        "rows": len(found.rows),
    }


def table(home: Home, runs: int, count: int) -> str:
    """Return a Chinese markdown table of what explaining takes."""
    lines = [HEAD]
    for level, period_kind in KINDS:
        for figure in largest(home, level, period_kind, count):
            made = [
                child("benchmarks.explaining", home.root, "--figure", *figure) for _ in range(runs)
            ]
            seconds = [median(c.answer[k] for c in made) for k in ("cpu_seconds", "wall_seconds")]
            said = made[0].answer
            lines.append(
                f"| {' '.join(figure)} | {said['subjects']:,} | {said['rows']:,}"
                f" | {seconds[0]:.2f} | {seconds[1]:.2f} |"
            )
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.explaining", description=__doc__)
    asked.add_argument("home", type=Path, help="家目录，须有当前版")
    asked.add_argument("--runs", type=int, default=5, help="各跑几次，取中位数")
    asked.add_argument("--count", type=int, default=3, help="每种数字取几个")
    asked.add_argument("--figure", nargs=4, help="只追溯这一个：指标 口径 地区 期间，印一行 JSON")
    given = asked.parse_args()
    home = Home(given.home.resolve())
    if given.figure:
        print(json.dumps(once(home, given.figure)))
    else:
        print(table(home, given.runs, given.count), file=sys.stdout)


if __name__ == "__main__":
    main()
