"""Files into the lake, and the floor of it: `python -m benchmarks.reading raw|door HOME`.

`raw` reads every file of the home's landing as its reader gives it, python-calamine or the csv
module, and throws the cells away. `door` takes the same files in: read, judged, written, committed.
Prints CPU seconds without imports, and the rows below the headers.
"""

import csv
import json
import os
import sys
from pathlib import Path

from python_calamine import CalamineWorkbook

from benchmarks import books
from benchmarks.measure import cpu_seconds
from ingestion import landing
from ingestion.home import Home


def raw(home: Home) -> int:
    """Read every file of landing and return the rows below their headers."""
    return sum(_rows_of(arrival.path) - 1 for arrival in landing.arrivals(home))


def _rows_of(path: Path) -> int:
    if path.suffix == ".xlsx":
        with CalamineWorkbook.from_path(str(path)) as book:
            return len(book.get_sheet_by_index(0).to_python())
    with path.open(encoding="utf-8", newline="") as source:
        return len(list(csv.reader(source)))


def door(home: Home) -> int:
    """Take in every file of landing and return the rows that were loaded.

    Raises SystemExit when a row was not: a figure of speed would say nothing.
    """
    taken = landing.take_all(home, settle_seconds=0)
    read, loaded = (sum(getattr(t.result.receipt, n) for t in taken) for n in ("read", "loaded"))
    if read != loaded or any(t.sequence is None for t in taken):
        raise SystemExit(f"读入 {read} 行，装入 {loaded} 行：样本应当全部装入。")
    return loaded


if __name__ == "__main__":
    home = Home(Path(sys.argv[2]))
    os.environ |= books.environment(home.root)
    begun = cpu_seconds()
    rows = {"raw": raw, "door": door}[sys.argv[1]](home)
    print(json.dumps({"cpu_seconds": cpu_seconds() - begun, "rows": rows}))
