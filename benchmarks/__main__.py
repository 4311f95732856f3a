"""`python -m benchmarks MILLIONS…`: the full build of the core tables beside the floor, by size.

Each size in millions of handling events; world and results lie under --folder. The median of
--runs runs, one after the other in turn; ratios are of CPU seconds without imports, as both stand.
"""

import argparse
import os
import platform
from datetime import date
from pathlib import Path
from statistics import median

import duckdb

from benchmarks import floor, measure, world
from ingestion.home import Home

DOCS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = "| 办理事件 | 登记 | 底线 CPU 秒 | 本库 CPU 秒 | 倍数 | 连启动的倍数 | 底线峰值 MB | 本库峰值 MB | 倍数 | 不同的行 |"


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("millions", nargs="+", type=float, help="百万条办理事件")
    asked.add_argument("--folder", type=Path, default=Path("var/bench"), help="放样本世界的目录")
    asked.add_argument("--runs", type=int, default=5, help="各跑几次，取中位数")
    asked.add_argument("--write", action="store_true", help="写入 docs/benchmarks.md")
    given = asked.parse_args()
    rows = [_size(given.folder, size, given.runs) for size in given.millions]
    table = "\n".join([HEAD, "|" + " --- |" * 10, *rows])
    print(table)
    if given.write:
        DOCS.write_text(_document(table, given.runs), "utf-8")


def _size(folder: Path, millions: float, runs: int) -> str:
    home = Home((folder / f"{millions:g}m").resolve())
    if not home.register.exists():
        print(f"生成 {millions:g} 百万条办理事件的世界…", flush=True)
        world.generate(home, round(millions * 1_000_000))
    scratch = home.root / "floor.duckdb"
    floors, cores = [], []
    for number in range(1, runs + 1):
        print(f"{millions:g} 百万条，第 {number}/{runs} 次…", flush=True)
        scratch.unlink(missing_ok=True)
        floors.append(measure.child("benchmarks.floor", home.root, scratch, world.AS_OF))
        _forget(home)
        cores.append(measure.child("benchmarks.core", home.root, world.AS_OF))
    differ = sum(floor.differences(scratch, home.warehouse).values())
    return _row(home, floors, cores, differ)


def _forget(home: Home) -> None:
    """Remove the working file: a full build starts anew. The parse of the project is kept."""
    for path in home.work.glob("*.duckdb*"):
        path.unlink()


def _row(home: Home, floors: list, cores: list, differ: int) -> str:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        (events,) = connection.execute("select count(*) from raw.raw_handling_events").fetchone()
        (items,) = connection.execute("select count(*) from marts.fct_petitions").fetchone()
    pairs = {
        name: (median(getattr(c, name) for c in floors), median(getattr(c, name) for c in cores))
        for name in ("work_seconds", "process_seconds", "peak_mb")
    }
    work, whole, peak = pairs["work_seconds"], pairs["process_seconds"], pairs["peak_mb"]
    return (
        f"| {events:,} | {items:,} | {work[0]:.1f} | {work[1]:.1f} | {work[1] / work[0]:.2f}"
        f" | {whole[1] / whole[0]:.2f} | {peak[0]:,.0f} | {peak[1]:,.0f} | {peak[1] / peak[0]:.2f} | {differ} |"
    )


def _document(table: str, runs: int) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"""# 量得的快慢

`make bench` 写成本页。{date.today():%Y-%m-%d}，{os.cpu_count()} 核，{memory:.0f} GiB 内存，{platform.system()}，\
Python {platform.python_version()}，DuckDB {duckdb.__version__}；各跑 {runs} 次，取中位数。

底线是一个人为 DuckDB 手写的脚本（`benchmarks/floor.sql`）：从同一个湖做出现行事实和各指标的合计单元，照 \
`docs/indicators.md` 写成，不照模型。两边的事实和单元逐行比较，“不同的行”为 0 才说得上倍数。\
CPU 秒不含导入和解析；“连启动的倍数”是整个进程的。秒数随机器和负载变，倍数在同一次里量得。

## 从头建核心表

{table}
"""


if __name__ == "__main__":
    main()
