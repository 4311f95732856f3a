"""`python -m benchmarks MILLIONS…`: the full build of the core tables beside the floor, by size.

Each size in millions of handling events; world and results lie under --folder. The median of
--runs runs, one after the other in turn, and of worlds above ONCE_ABOVE one run, the engine held to
what a machine of 8 GiB leaves it; ratios are of CPU seconds without imports, as both stand.
"""

import argparse
from pathlib import Path
from statistics import median

import duckdb

from benchmarks import floor, measure, page, world
from ingestion.home import Home

ONCE_ABOVE, HELD_TO = 20, "6GiB"
HEAD = (
    "| 办理事件 | 登记 | 次数 | 底线 CPU 秒 | 本库 CPU 秒 | 倍数 | 连启动的倍数 | 底线峰值 MB | 本库峰值 MB"
    " | 倍数 | 湖 MB | 底线文件 MB | 工作库 MB | 不同的行 |"
)


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("millions", nargs="+", type=float, help="百万条办理事件")
    asked.add_argument("--folder", type=Path, default=Path("var/bench"), help="放样本世界的目录")
    asked.add_argument("--runs", type=int, default=5, help="各跑几次，取中位数")
    asked.add_argument("--write", action="store_true", help="写入 docs/benchmarks.md")
    given = asked.parse_args()
    rows = [
        _size(given.folder, size, given.runs if size <= ONCE_ABOVE else 1)
        for size in given.millions
    ]
    table = "\n".join([HEAD, "|" + " --- |" * 14, *rows])
    print(table)
    if given.write:
        page.write(
            "full",
            table,
            "各列为中位数；每次都在新的文件里建，两边轮流。"
            f"超过 {ONCE_ABOVE} 百万条的只跑一次，引擎限用 {HELD_TO}。",
        )


def _size(folder: Path, millions: float, runs: int) -> str:
    home = Home((folder / f"{millions:g}m").resolve())
    if not home.register.exists():
        print(f"生成 {millions:g} 百万条办理事件的世界…", flush=True)
        world.generate(home, round(millions * 1_000_000))
    held = HELD_TO if millions > ONCE_ABOVE else None
    scratch = home.root / "floor.duckdb"
    floors, cores = [], []
    for number in range(1, runs + 1):
        print(f"{millions:g} 百万条，第 {number}/{runs} 次…", flush=True)
        scratch.unlink(missing_ok=True)
        floors.append(
            measure.child("benchmarks.floor", home.root, scratch, world.AS_OF, memory=held)
        )
        _forget(home)
        cores.append(measure.child("benchmarks.core", home.root, world.AS_OF, memory=held))
    differ = sum(floor.differences(scratch, home.warehouse).values())
    return _row(home, scratch, floors, cores, differ)


def _forget(home: Home) -> None:
    """Remove the working file: a full build starts anew. The parse of the project is kept."""
    for path in home.work.glob("*.duckdb*"):
        path.unlink()


def _row(home: Home, scratch: Path, floors: list, cores: list, differ: int) -> str:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        (events,) = connection.execute("select count(*) from raw.raw_handling_events").fetchone()
        (items,) = connection.execute("select count(*) from marts.fct_petitions").fetchone()
    pairs = {
        name: (median(getattr(c, name) for c in floors), median(getattr(c, name) for c in cores))
        for name in ("work_seconds", "process_seconds", "peak_mb")
    }
    work, whole, peak = pairs["work_seconds"], pairs["process_seconds"], pairs["peak_mb"]
    lake = sum(path.stat().st_size for path in home.lake.rglob("*.parquet"))
    disk = [size / 2**20 for size in (lake, scratch.stat().st_size, home.warehouse.stat().st_size)]
    return (
        f"| {events:,} | {items:,} | {len(cores)} | {work[0]:.1f} | {work[1]:.1f} | {work[1] / work[0]:.2f}"
        f" | {whole[1] / whole[0]:.2f} | {peak[0]:,.0f} | {peak[1]:,.0f} | {peak[1] / peak[0]:.2f}"
        f" | {' | '.join(f'{size:,.0f}' for size in disk)} | {differ} |"
    )


if __name__ == "__main__":
    main()
