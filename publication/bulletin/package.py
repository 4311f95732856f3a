"""The figures of an issue as data: csv and Parquet, described by a Frictionless data package.

Belongs here: the long table of the issue's figures as rows, and what each column means. Null where nothing is printed.
Data Package v1 (https://specs.frictionlessdata.io): names, types, titles, hashes.
"""

import csv
import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from publication.export import FORMULA
from publication.files import sha256

# name, type of the data package, title
COLUMNS = (
    ("indicator_code", "string", "指标代码"), ("variant", "string", "口径"), ("indicator_name", "string", "指标"),
    ("period", "string", "期间：2026-03 为月，2026 为年初至该期"), ("area_code", "string", "地区代码"),
    ("area_name", "string", "地区"), ("release_status", "string", "发布状态：published 发布、held 暂缓、suppressed 隐去"),
    ("observation_status", "string", "观察状态：p 未全核对、r 已更正、b 口径或范围有变、e 估算、u 基数小"),
    ("num", "number", "分子；计数时为数"), ("den", "number", "分母"), ("value", "number", "值；率为 0 至 1"),
    ("value_low", "number", "95% 区间下限（Wilson）"), ("value_high", "number", "95% 区间上限（Wilson）"),
    ("excluded_count", "number", "不计入的件数"), ("missing_count", "integer", "缺几个单位"),
    ("unit_name", "string", "单位"), ("rank", "integer", "位次"), ("rank_low", "integer", "位次可能的最好"),
    ("rank_high", "integer", "位次可能的最差"), ("yoy_percent", "number", "同比，%"),
    ("yoy_points", "number", "同比，百分点"), ("definition_version", "string", "口径版本"),
    ("reason_text", "string", "说明"),
)  # fmt: skip
ARROW = {"string": pa.string(), "number": pa.float64(), "integer": pa.int64()}


def write(said: dict, page: dict, folder: Path) -> None:
    """Write data.csv, data.parquet and datapackage.json of an issue."""
    rows = [_row(figure, said) for figure in said["figures"]]
    with (folder / "data.csv").open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow([name for name, _, _ in COLUMNS])
        writer.writerows([[_guarded(cell) for cell in row] for row in rows])
    columns = zip(*rows, strict=True) if rows else ((),) * len(COLUMNS)
    arrays = [pa.array(c, ARROW[kind]) for c, (_, kind, _) in zip(columns, COLUMNS, strict=True)]
    table = pa.table(arrays, [name for name, _, _ in COLUMNS])
    pq.write_table(table, folder / "data.parquet", compression="zstd")
    text = json.dumps(_described(said, page, folder), ensure_ascii=False, indent=1) + "\n"
    (folder / "datapackage.json").write_text(text, "utf-8")


def _row(figure: dict, said: dict) -> list:
    indicator = next(
        i for i in said["indicators"]
        if (i["indicator_code"], i["variant"]) == (figure["indicator_code"], figure["variant"])
    )  # fmt: skip
    beside = (figure["rank"] or {}) | (figure["year_over_year"] or {}) | indicator
    told = beside | {k: v for k, v in figure.items() if k not in ("rank", "year_over_year")}
    told |= {
        "rank": (figure["rank"] or {}).get("rank"),
        "observation_status": "".join(figure["observation_status"]),
    }
    return [told.get(name) for name, _, _ in COLUMNS]


def _guarded(cell):
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and re.match(FORMULA, cell) else cell


def _described(said: dict, page: dict, folder: Path) -> dict:
    issue, fields = said["issue"], [{"name": n, "type": t, "title": z} for n, t, z in COLUMNS]
    resources = [
        {
            "name": name,
            "path": f"data.{ending}",
            "format": ending,
            "mediatype": kind,
            "bytes": (folder / f"data.{ending}").stat().st_size,
            "hash": f"sha256:{sha256(folder / f'data.{ending}')}",
            "schema": {
                "fields": fields,
                "primaryKey": ["indicator_code", "variant", "period", "area_code"],
            },
        }
        for name, ending, kind in (
            ("figures", "csv", "text/csv"),
            ("figures-parquet", "parquet", "application/vnd.apache.parquet"),
        )
    ]
    resources[0] |= {"profile": "tabular-data-resource", "encoding": "utf-8"}
    return {
        "profile": "data-package",
        "name": f"{issue['series_code']}-{issue['period']}-{issue['region_code']}".lower().replace(
            "_", "-"
        ),
        "title": f"{page['head']['title']} {page['head']['number']}",
        "version": said["data_version"]["release_id"],
        "created": f"{issue['print_at']}+08:00",
        "contributors": [{"title": page["head"]["publisher"], "role": "publisher"}],
        "resources": resources,
    }
