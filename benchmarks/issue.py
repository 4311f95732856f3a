"""`python -m benchmarks.issue FOLDER`: how long an issue of a hundred counties takes, in all formats and with its evidence.

A prefecture of a hundred counties is made up, its world is generated, built and published once; then the issue of its last
month is made from the release, several times, and its parts are timed. FOLDER keeps the home for a second look.
"""

import argparse
import json
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks import page, world
from ingestion.home import Home
from orchestration import runner
from publication import release as releases
from publication.bulletin import rendering
from publication.bulletin.contents import contents
from publication.bulletin.layout import Edition
from publication.calendar import entries

PROVINCE, PREFECTURE, COUNTIES = "970000000000", "970100000000", 100
FORMATS = ("*.html", "*.pdf", "*.xlsx", "*.docx", "*.csv", "*.parquet")


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.issue", description=__doc__)
    asked.add_argument("folder", type=Path, help="放样本世界的目录")
    asked.add_argument("--events", type=int, default=1_000_000, help="约多少条办理事件")
    asked.add_argument("--indicators", type=int, default=40, help="多少个指标口径")
    asked.add_argument("--runs", type=int, default=3, help="作几次，取中位数")
    asked.add_argument("--write", action="store_true", help="写入 docs/benchmarks.md")
    given = asked.parse_args()
    home = Home((given.folder / "home").resolve())
    if releases.current(home) is None:
        _publish(home, given.events)
    text = _measured(home, given.runs, given.indicators, given.folder / "issue")
    print(text)
    if given.write:
        page.write("issue", text, f"{given.runs} 次，取中位数；两核。")


def _publish(home: Home, events: int) -> None:
    """Make up the region tree, generate its world, build it and publish."""
    home.rules.mkdir(parents=True)
    names = ["region_code,region_name,level_code,parent_code,valid_from,valid_to"]
    names += [
        f"{PROVINCE},虚省,province,,2000-01-01,",
        f"{PREFECTURE},虚市,prefecture,{PROVINCE},2000-01-01,",
    ]
    names += [
        f"{970101 + n}000000,虚{n + 1}县,county,{PREFECTURE},2000-01-01," for n in range(COUNTIES)
    ]
    (home.rules / "regions.csv").write_text("\n".join(names) + "\n", "utf-8")
    world.generate(home, events, prefectures=1, counties=COUNTIES)
    runner.run(home, datetime.fromisoformat(world.AS_OF), print)


def _measured(home: Home, runs: int, indicators: int, place: Path) -> str:
    release = releases.load(home, None)
    last = datetime.fromisoformat(world.AS_OF)
    coming = entries(home.rules, last, last + timedelta(days=30))
    entry = next(e for e in coming if e.series_code == "monthly_assessment")
    told, said = [], {}
    for _ in range(runs):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        started = time.monotonic()
        said = _of_first(contents(release, entry, PREFECTURE, rules=home.rules), indicators)
        read = time.monotonic()
        rendering.render(said, Edition(), release, place, home.root / "fonts")
        told.append((read - started, time.monotonic() - read))
    printed = sum(
        f["release_status"] == "published" and f["value"] is not None for f in said["figures"]
    )
    files = {form: len(list(place.rglob(form))) for form in FORMATS}
    size = sum(p.stat().st_size for p in place.rglob("*") if p.is_file()) / 2**20
    shape = (
        f"{len(said['areas'])} 个地区，{len(said['indicators'])} 个指标，{len(said['figures']):,} 个数，"
        f"印出 {printed:,} 个，各有一页来历和一份明细；{size:.0f} MiB：{json.dumps(files)}。"
    )
    read, made, both = (
        median(found)
        for found in ([r for r, _ in told], [m for _, m in told], [r + m for r, m in told])
    )
    head = ["| 由发布的一版读出 | 作成各种格式和来历 | 合计 |", "| --- | --- | --- |"]
    return "\n".join([shape, "", *head, f"| {read:.1f} 秒 | {made:.1f} 秒 | {both:.1f} 秒 |"])


def _of_first(said: dict, count: int) -> dict:
    """Return what an issue says of the indicators in front and others, so many together."""
    names = [(i["indicator_code"], i["variant"]) for i in said["front"] + said["indicators"]]
    kept = set(list(dict.fromkeys(names))[:count])
    parts = ("indicators", "front", "figures", "series", "triangles")
    return said | {
        part: [row for row in said[part] if (row["indicator_code"], row["variant"]) in kept]
        for part in parts
    }


if __name__ == "__main__":
    main()
