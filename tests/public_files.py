"""Public parts of releases of a few figures, written by hand: for tests of what they betray."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from publication.disclosure.reading import TREE, Public
from publication.files import sha256

COLUMNS = {
    "values": "indicator_code variant period_kind_code period area_kind_code area_code cut_code cut_value status_code"
    " num den excluded_count value value_low value_high",
    "funnel": "indicator_code variant period region_code excluded_because status_code subject_count",
    "ranks": "indicator_code variant period_kind_code period peer_group_code area_code rank_status_code n value value_low"
    " printed_value",
    "yoy": "indicator_code variant period_kind_code period base_period through_month area_kind_code area_code"
    " yoy_status_code yoy_percent yoy_points this_num this_den base_num base_den this_value base_value comparable_flag",
}  # fmt: skip
NATION = [("city", None, "prefecture"), ("a", "city", "county"), ("b", "city", "county"),
          ("c", "city", "county"), ("d", "city", "county")]  # fmt: skip
HIDDEN = "hidden"


def tree(areas: Iterable[tuple] = NATION, organs: Iterable[tuple] = ()) -> pd.DataFrame:
    """Return who is whose child."""
    rows = [("region", *area) for area in areas] + [("org", *organ) for organ in organs]
    return pd.DataFrame(rows, columns=list(TREE))


def figure(area: str, den, num=None, period: str = "2026-01", **more) -> dict:
    """Return a figure of an area; `den` HIDDEN: it is suppressed."""
    row = {
        "indicator_code": "s", "variant": "project", "period": period, "area_kind_code": "region",
        "area_code": area, "cut_code": "all", "cut_value": "all",
        "period_kind_code": "month" if len(period) > 4 else "year",
    }  # fmt: skip
    if den == HIDDEN:
        return row | {"status_code": "suppressed"} | more
    return row | {"status_code": "published", "den": den, "num": den if num is None else num} | more


def figures(period: str = "2026-01", **of_areas) -> list[dict]:
    """Return the figures of some areas in a period."""
    return [figure(area, den, period=period) for area, den in of_areas.items()]


def public(
    folder: Path, values: list[dict], kind: str = "share", attribution: str = "place", **beside
) -> Public:
    """Write a public part: its values, and rows of the tables beside them."""
    for table, rows in {"values": values, **beside}.items():
        for year in {row["period"][:4] for row in rows}:
            of_year = [row for row in rows if row["period"][:4] == year]
            _write(folder / table / f"{year}.csv", COLUMNS[table].split(), of_year)
    defined = {
        "variant": "project",
        "kind_code": kind,
        "attribution_code": attribution,
        "sums_code": None,
    }
    codes = sorted({row["indicator_code"] for row in values})
    said = [{"indicator_code": code, **defined} for code in codes]
    (folder / "indicators.json").write_text(json.dumps(said), "utf-8")
    files = {
        p.relative_to(folder.parent).as_posix(): sha256(p) for p in sorted(folder.rglob("*.*"))
    }
    files = {
        name.replace(f"{folder.name}/", "public/", 1): pinned for name, pinned in files.items()
    }
    (folder / "manifest.json").write_text(json.dumps({"code_sha256": "x", "files": files}), "utf-8")
    return Public.of(folder)


def _write(path: Path, columns: list[str], rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
