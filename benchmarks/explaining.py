"""`python -m benchmarks.explaining HOME`: what it takes to explain a figure of the current release.

For each kind of figure that an analyst asks for (a county and a month, a province and a month, a
province and a year, the nation and a year) the ones with the most subjects, each the median of --runs
runs in a process of its own: CPU and wall seconds, without the start of Python, of what `petition
explain` answers (counts, totals and a first page with its rows), and of that with --rows, which writes
every ledger row to a file.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks import page
from benchmarks.measure import child, cpu_seconds
from ingestion.home import Home
from orchestration.cli import PAGE
from orchestration.terminal import without_pandas

HEAD = (
    "| 数字 | 对象 | 台账行 | 第一页 CPU 秒 | 秒 | 全部写入文件 CPU 秒 | 秒 |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)
KINDS = (("county", "month"), ("province", "month"), ("province", "year"), ("nation", "year"))
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


def once(home: Home, figure: list[str], rows_file: Path | None = None) -> dict:
    """Explain one figure as the command does; return CPU and wall seconds and how much there was."""
    from publication import explain, release

    began, clock = cpu_seconds(), time.perf_counter()
    with without_pandas():
        found = explain.explain(release.load(home, None), *figure, limit=PAGE, rows_file=rows_file)
    return {
        "cpu_seconds": cpu_seconds() - began,
        "wall_seconds": time.perf_counter() - clock,
        "subjects": found.subject_count,
        "rows": found.row_count,
    }


def table(home: Home, runs: int, count: int) -> str:
    """Return a Chinese markdown table of what explaining takes."""
    lines = [HEAD]
    for level, period_kind in KINDS:
        for figure in largest(home, level, period_kind, count):
            page, (said, whole) = (
                _median(home, figure, runs)[1],
                _median(home, figure, runs, "--rows"),
            )
            lines.append(
                f"| {' '.join(figure)} | {said['subjects']:,} | {said['rows']:,}"
                f" | {page[0]:.2f} | {page[1]:.2f} | {whole[0]:.2f} | {whole[1]:.2f} |"
            )
    return "\n".join(lines)


def _median(home: Home, figure: tuple, runs: int, *words: str) -> tuple[dict, list[float]]:
    """Return what was found and the median CPU and wall seconds of explaining a figure."""
    asked = ("benchmarks.explaining", home.root, *words, "--figure", *figure)
    answers = [child(*asked).answer for _ in range(runs)]
    return answers[0], [median(a[k] for a in answers) for k in ("cpu_seconds", "wall_seconds")]


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.explaining", description=__doc__)
    asked.add_argument("home", type=Path, help="家目录，须有当前版")
    asked.add_argument("--runs", type=int, default=5, help="各跑几次，取中位数")
    asked.add_argument("--count", type=int, default=3, help="每种数字取几个")
    asked.add_argument("--figure", nargs=4, help="只追溯这一个：指标 口径 地区 期间，印一行 JSON")
    asked.add_argument("--rows", action="store_true", help="与 --figure 一起：连全部台账行写入文件")
    asked.add_argument("--write", action="store_true", help="写入 docs/benchmarks.md")
    given = asked.parse_args()
    home = Home(given.home.resolve())
    if given.figure:
        with tempfile.TemporaryDirectory() as folder:
            rows_file = Path(folder) / "rows.csv" if given.rows else None
            print(json.dumps(once(home, given.figure, rows_file)))
    else:
        found = table(home, given.runs, given.count)
        print(found)
        if given.write:
            page.write("explaining", found, f"各跑 {given.runs} 次，取中位数，不含解释器的启动。")


if __name__ == "__main__":
    main()
