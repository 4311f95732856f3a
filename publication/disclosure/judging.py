"""The attack on a release that is about to go out: only where it says something else than the release before it.

What is as it was in the release before was attacked then, under the same code. The tree of areas anybody can look up; it
is read where the release has it.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from ingestion.home import Home
from publication.disclosure.attack import NAMES, Found, Rules, attack
from publication.disclosure.reading import TABLES, Public
from publication.printed import HOUSE_DECIMALS
from publication.release import Release, list_releases

THRESHOLDS = "select threshold_code, threshold_value from ref.ref_publication_threshold"
TREE = """
    select 'region' as area_kind_code, region_code as area_code, parent_code, level_code from read_parquet($regions)
    union all
    select 'org', org_code, region_code, level_code from read_parquet($organisations)
"""
# `based`: a comparison prints a figure of the year before
CHANGED = """
    with now as ({now}), before as ({before})
    select indicator_code, variant, bool_or({based}) as based
    from ((from now except from before) union all (from before except from now)) as changed
    group by indicator_code, variant
"""
FILE = "from read_csv('{}', header = true, all_varchar = true)"
REMEDY = (
    "由公开的数字可以推出隐去的数字。请多隐去一个同级或上级的数字（阈值 hidden_width 是区间至少多宽），"
    "或暂缓该指标该期，再运行；上一版照常可读"
)
PRINTED_STEP = 10.0 ** -(HOUSE_DECIMALS + 2)  # of rates between 0 and 1
LISTED = 20  # figures that give hidden ones away, of which a refusal speaks
SHOWN = 5  # areas that are named of a figure that betrays them


def rules(connection: duckdb.DuckDBPyConnection) -> tuple[Rules, bool]:
    """Return by what a built working file wants hidden figures judged, and whether a narrow one fails the release; what is
    only reported need not be settled exactly.
    """
    said = {code: float(value) for code, value in connection.execute(THRESHOLDS).fetchall()}
    fails = said["hidden_narrow_fails"] > 0
    width, step = said["hidden_width"], said["printed_step"]
    return Rules(width, step) if fails else Rules(width, step, largest=0), fails


def judge(folder: Path, before: Path | None, earlier: Sequence[Path], asked_of: Rules) -> Found:
    """Attack the hidden figures of the release in a folder. `before`: the release that it is compared with; `earlier`: all
    that have a public part, the last first.
    """
    public = Public.of(folder / "public")
    others = [
        Public.of(path / "public") for path in earlier if (path / "public" / "values").is_dir()
    ]
    tables = folder / "internal" / "tables"
    tree = duckdb.execute(
        TREE,
        {
            "regions": str(tables / "dim_region" / "*.parquet"),
            "organisations": str(tables / "dim_organisation" / "*.parquet"),
        },
    ).df()
    if before is None or not (before / "public" / "values").is_dir():
        return attack(public, others, tree, asked_of)
    asked, years = changed(public, Public.of(before / "public"))
    if asked is not None and asked.empty:
        return Found(pd.DataFrame(columns=["leak_code", "out_flag"]))
    return attack(public, others, tree, asked_of, asked, years)


def judge_published(home: Home, release: Release, width: float) -> Found:
    """Attack all that a published release hides, with it and those before it."""
    listed = list_releases(home)
    place = [one.release_id for one in listed].index(release.release_id)
    earlier = [one.folder for one in reversed(listed[:place])]
    return judge(release.folder, None, earlier, Rules(width, PRINTED_STEP))


def changed(public: Public, before: Public) -> tuple[pd.DataFrame | None, list[str] | None]:
    """Return of which indicators and years a release says something else than the one before; None for all."""
    if public.code != before.code or _differ(public, before, "indicators.json"):
        return None, None
    found, years = [], set()
    for table in TABLES:
        for year in sorted(public.years() | before.years()):
            if not _differ(public, before, f"{table}/{year}.csv"):
                continue
            news = _changed(table, public.files(table, [year]), before.files(table, [year]))
            years |= {year, str(int(year) - 1)} if news["based"].any() else {year}
            found.append(news)
    listed = pd.concat(found) if found else pd.DataFrame(columns=["indicator_code", "variant"])
    asked = listed[["indicator_code", "variant"]].drop_duplicates()
    return asked, sorted(years & public.years())


def _differ(public: Public, before: Public, name: str) -> bool:
    return public.hashes.get(name) != before.hashes.get(name)


def _changed(table: str, now: list[str], before: list[str]) -> pd.DataFrame:
    """Return of which indicators two files of a year say something else; one of them may not be there."""
    there = FILE.format((now or before)[0])
    none = f"{there} limit 0"
    asked = CHANGED.format(
        now=there if now else none,
        before=FILE.format(before[0]) if before else none,
        based="base_den is not null" if table == "yoy" else "false",
    )
    return duckdb.execute(asked).df()


def refusal(found: Found) -> str:
    """Say in Chinese why a release does not go out, and what to do; empty where it adds nothing to what is out already."""
    return "；".join([REMEDY, *lines[:LISTED]]) if (lines := described(found)) else ""


def described(found: Found) -> list[str]:
    """Say of which figures too much can be had, indicator by indicator and period by period; no value is in it."""
    news = found.narrow[~found.narrow["out_flag"].astype(bool)]
    if news.empty:
        return []
    lines = []
    for (code, variant, period, leak), rows in news.groupby(
        ["indicator_code", "variant", "period", "leak_code"], sort=True
    ):
        areas = sorted(set(rows["area_code"]))
        more = f" 等 {len(areas)} 处" if len(areas) > SHOWN else ""
        lines.append(
            f"{code}/{variant} {period}：{'、'.join(areas[:SHOWN])}{more}，由{NAMES[leak]}推出，"
            f"区间宽 {rows['width'].min():g}"
        )
    return lines
