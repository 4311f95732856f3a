"""`python -m benchmarks.ingestion`: how fast files come into the lake, beside their raw readers.

Three landings: one large workbook, many small ones, many small texts. The median of --runs runs,
raw and door in turn, each in a process of its own.
"""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import books, measure, page
from ingestion import seen
from ingestion.home import Home

HEAD = (
    "| 文件 | 行 | 直读 CPU 秒 | 入湖 CPU 秒 | 直读 行/秒 | 入湖 行/秒 | 用时倍数 | 速率之比"
    " | 直读峰值 MB | 入湖峰值 MB |"
)


@dataclass(frozen=True)
class Measured:
    """One landing, read raw and taken in: rows of each, medians of CPU seconds and of peak MB."""

    label: str
    raw_rows: int
    door_rows: int
    raw_seconds: float
    door_seconds: float
    raw_mb: float
    door_mb: float

    def line(self) -> str:
        """Return the row of the table."""
        return (
            f"| {self.label} | {self.door_rows:,} | {self.raw_seconds:.2f} | {self.door_seconds:.2f}"
            f" | {self.raw_rows / self.raw_seconds:,.0f} | {self.door_rows / self.door_seconds:,.0f}"
            f" | {self.door_seconds / self.raw_seconds:.2f} | {self.raw_seconds / self.door_seconds:.2f}"
            f" | {self.raw_mb:,.0f} | {self.door_mb:,.0f} |"
        )


def measured(folder: Path, large: int, files: int, rows: int, runs: int) -> list[Measured]:
    """Write the three landings into an empty folder, and measure each."""
    homes = [books.make_home(folder / name) for name in ("large", "small-xlsx", "small-csv")]
    books.large(homes[0], large)
    books.small(homes[1], files, rows, "xlsx")
    books.small(homes[2], files, rows, "csv")
    labels = ("一份大 xlsx", f"{files:,} 份 xlsx", f"{files:,} 份 csv")
    return [_measure(label, home, runs) for label, home in zip(labels, homes, strict=True)]


def _measure(label: str, home: Home, runs: int) -> Measured:
    raw, door = [], []
    for number in range(runs):
        raw.append(measure.child("benchmarks.reading", "raw", home.root))
        door.append(measure.child("benchmarks.reading", "door", home.root))
        # set aside, not removed: ext4 looks at each file deleted of late whenever one is created
        home.lake.rename(home.root / f"lake-{number}")
        (home.landing / seen.NAMES[0]).unlink()
    return Measured(
        label,
        raw[0].answer["rows"],
        door[0].answer["rows"],
        *(median(c.work_seconds for c in costs) for costs in (raw, door)),
        *(median(c.peak_mb for c in costs) for costs in (raw, door)),
    )


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.ingestion", description=__doc__)
    asked.add_argument("--large", type=int, default=500_000, help="大工作簿的行数")
    asked.add_argument("--files", type=int, default=2_000, help="小文件的份数")
    asked.add_argument("--rows", type=int, default=200, help="每份小文件的行数")
    asked.add_argument("--runs", type=int, default=3, help="各跑几次，取中位数")
    asked.add_argument("--under", type=Path, help="在哪个目录之下放样本，用后移去；不写为临时目录")
    asked.add_argument("--write", action="store_true", help="写入 docs/benchmarks.md")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=given.under) as folder:
        sizes = (given.large, given.files, given.rows, given.runs)
        found = measured(Path(folder), *sizes)
    table = "\n".join([HEAD, "|" + " --- |" * 10, *(m.line() for m in found)])
    print(table)
    if given.write:
        page.write("ingestion", table, f"各跑 {given.runs} 次，取中位数。")


if __name__ == "__main__":
    main()
