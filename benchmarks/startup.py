"""`python -m benchmarks.startup HOME`: what a user waits for before `check` and `explain` begin.

Each command is run on nothing to speak of (a ledger of one row; a figure that no release has), in a
process of its own, beside a bare interpreter; medians. HOME has a release, as `make run` leaves one.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

from benchmarks import page

COMMAND = "import sys; from orchestration.cli import main; main(sys.argv[1:])"
ROW = "信访件编号,登记时间\nA-1,2025-04-01\n"
HEAD = "| 命令 | 墙钟秒 | CPU 秒 | 墙钟比空解释器多 | CPU 比空解释器多 |\n| --- | --- | --- | --- | --- |"


def measured(home: Path, runs: int) -> dict[str, tuple[float, float]]:
    """Return the median wall and CPU seconds of a bare interpreter, of check and of explain."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "a.csv"
        ledger.write_text(ROW, "utf-8")
        place = ("--home", str(home))
        asked = ("nothing", "--region", "000000000000", "--period", "2025", *place)
        commands = {
            "空解释器": ("pass",),
            "petition check": (COMMAND, "check", str(ledger), *place),
            "petition explain": (COMMAND, "explain", *asked),
        }
        return {name: _median(words, runs) for name, words in commands.items()}


def _median(words: tuple[str, ...], runs: int) -> tuple[float, float]:
    costs = [_cost(words) for _ in range(runs)]
    return median(wall for wall, _ in costs), median(cpu for _, cpu in costs)


def _cost(words: tuple[str, ...]) -> tuple[float, float]:
    """Run an interpreter to its end; what it says, and that it found something wrong, is no matter."""
    before, begun = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", *words], capture_output=True, check=False)
    wall, after = time.perf_counter() - begun, getrusage(RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    asked.add_argument("home", type=Path, help="有一版发布的家目录")
    asked.add_argument("--runs", type=int, default=7, help="各跑几次，取中位数")
    asked.add_argument("--write", action="store_true", help="写入 docs/benchmarks.md")
    given = asked.parse_args()
    found = measured(given.home.resolve(), given.runs)
    bare = found["空解释器"]
    lines = [
        f"| {name} | {wall:.2f} | {cpu:.2f} | {wall - bare[0]:.2f} | {cpu - bare[1]:.2f} |"
        for name, (wall, cpu) in found.items()
    ]
    table = "\n".join([HEAD, *lines])
    print(table)
    if given.write:
        page.write("startup", table, f"各跑 {given.runs} 次，取中位数。")


if __name__ == "__main__":
    main()
