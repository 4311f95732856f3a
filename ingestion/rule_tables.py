"""The tables that say the house's rules and names: what is shipped, and a home's rows over it.

Belongs here: which tables there are, what makes a row's identity, what a home's row has to say and in which shape, and
how they are read. Reference files are CSV with a header (see ingestion/reference/README.md). A home's `rules/` holds
files of the same names whose rows are added; a row with the same key replaces the shipped one.
"""

import csv
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import pyarrow as pa

from ingestion.errors import HouseError

SHIPPED = Path(__file__).parent / "reference"
DATE = (re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]"), "日期写作 2026-01-31")
REGION = (re.compile("[0-9]{12}"), "12 位行政区划代码")
# what has a term: docs/clocks.md says when each begins and ends
CLOCKS = (
    "office_forward", "tier_forward", "objection", "unit_notice", "closing", "extension",
    "review_request", "review", "re_review_request", "re_review",
)  # fmt: skip
# what an organ may have to do regularly: docs/indicators.md says what is asked of it
DUTIES = (
    "joint_conference", "report_daily", "report_weekly", "report_half_monthly", "report_monthly", "report_quarterly",
)  # fmt: skip
# how often a ledger may have to be told
CADENCES = ("daily", "weekly", "half_monthly", "monthly", "quarterly", "annual")
CADENCE = (re.compile("|".join(CADENCES)), "可写 " + "、".join(CADENCES))
# which originals the rule of retention speaks of: all rows are in the lake, or the original alone holds some
ORIGINALS = ("loaded", "not_loaded")
TIME = (re.compile("([01][0-9]|2[0-3]):[0-5][0-9]"), "时刻写作 09:30")
SERIES = (re.compile("[a-z][a-z0-9_]*"), "小写字母、数字和下划线")
DAYS = (re.compile("[0-9]{1,3}"), "0 至 999 的整数，自本期末日数起")
# file: the columns that make a row's identity
TABLES = {
    "regions": ["region_code", "valid_from"],
    "region_aliases": ["alias"],
    "populations": ["region_code", "year", "kind_code"],
    "organisations": ["org_code", "valid_from"],
    "organisation_aliases": ["alias", "within_region_code"],
    "categories": ["category_code"],
    "category_aliases": ["alias"],
    "checks": ["check_code"],
    "waivers": ["check_code", "org_code", "month_start_date", "subject_id"],
    "deadline_rules": ["rule_code"],
    "system_coverage": ["region_code"],
    "definition_breaks": ["indicator_code", "variant", "changed_on"],
    "duties": ["duty_code", "org_code", "valid_from"],
    "expected_returns": ["org_code", "ledger", "cadence_code", "valid_from"],
    "targets": ["indicator_code", "variant", "region_code", "valid_from"],
}
# as these, about the house itself: no model reads them
OF_THE_HOUSE = {
    "retention": ["kind_code"],
    "release_calendar": ["series_code", "valid_from"],
    "issue_regions": ["region_code", "series_code", "valid_from"],
    "issue_indicators": ["series_code", "indicator_code", "variant", "valid_from"],
    "report_items": ["series_code", "item_no", "label", "valid_from"],
}
# file: the columns without which a home's row says nothing
FILLED = {
    "checks": ["check_code", "name_zh", "level", "severity_code", "minimum_n"],
    "waivers": ["check_code", "org_code", "waived_by", "reason", "valid_to"],
    "deadline_rules": ["rule_code", "regime_code", "clock_code", "day_count", "day_kind_code", "valid_from"],
    "system_coverage": ["region_code", "covered_from"],
    "definition_breaks": ["indicator_code", "changed_on", "text_zh"],
    "duties": ["duty_code", "org_code", "valid_from"],
    "expected_returns": ["org_code", "ledger", "cadence_code", "due_day_count", "valid_from"],
    "targets": ["indicator_code", "variant", "side_code", "target_value", "valid_from", "basis"],
    "retention": ["kind_code", "day_count"],
    "release_calendar": [
        "series_code", "series_name", "cadence_code", "cut_off_day_count", "cut_off_time", "print_day_count",
        "print_time", "final_day_count", "valid_from",
    ],
    "issue_regions": ["region_code", "series_code", "valid_from"],
    "issue_indicators": ["series_code", "indicator_code", "variant", "place_code", "order_no", "valid_from"],
    "report_items": [
        "series_code", "item_no", "item_name", "order_no", "label", "indicator_code", "variant", "part_code", "valid_from",
    ],
    "populations": ["region_code", "year", "kind_code", "person_count", "source"],
}  # fmt: skip
# file: what a cell that is written must look like, and how to say it
SHAPES = {
    "checks": {
        "level": (re.compile("[0-5]"), "0 至 5"),
        "severity_code": (
            re.compile("hold|ask|off"),
            "可写 hold（暂缓所及数字）、ask（请说明）、off（不查）",
        ),
        "minimum_n": (re.compile("[0-9]{1,6}"), "整数，基数不足的不问"),
        "indicator_codes": (
            re.compile("[a-z0-9_]+( [a-z0-9_]+)*"),
            "指标代码，空格隔开；空着为所涉台账的全部指标",
        ),
    },
    "waivers": {"valid_to": DATE},
    "system_coverage": {"region_code": REGION, "covered_from": DATE},
    "populations": {
        "region_code": REGION,
        "year": (re.compile("[12][0-9]{3}"), "四位年份，如 2020"),
        "kind_code": (
            re.compile("resident|registered"),
            "可写 resident（常住）、registered（户籍）",
        ),
        "person_count": (re.compile("[0-9]{1,11}"), "整数，单位人"),
    },
    "definition_breaks": {
        "indicator_code": (re.compile("[a-z0-9_]+"), "指标代码，如 on_time_reply"),
        "changed_on": DATE,
    },
    "duties": {
        "duty_code": (re.compile("|".join(DUTIES)), "可写 " + "、".join(DUTIES)),
        "valid_from": DATE,
        "valid_to": DATE,
    },
    "expected_returns": {
        "cadence_code": CADENCE,
        "due_day_count": DAYS,
        "valid_from": DATE,
        "valid_to": DATE,
    },
    "targets": {
        "indicator_code": (re.compile("[a-z0-9_]+"), "指标代码，如 satisfaction"),
        "region_code": REGION,
        "side_code": (re.compile("at_least|at_most"), "可写 at_least（不低于）、at_most（不高于）"),
        "target_value": (
            re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?"),
            "数字；率写百分点（90 即 90%），其余写指标自己的单位",
        ),
        "valid_from": DATE,
        "valid_to": DATE,
    },
    "release_calendar": {
        "series_code": SERIES,
        "cadence_code": CADENCE,
        "cut_off_day_count": DAYS,
        "cut_off_time": TIME,
        "print_day_count": DAYS,
        "print_time": TIME,
        "final_day_count": DAYS,
        "reply_day_count": DAYS,
        "valid_from": DATE,
        "valid_to": DATE,
    },
    "issue_regions": {
        "region_code": REGION,
        "series_code": SERIES,
        "valid_from": DATE,
        "valid_to": DATE,
    },
    "issue_indicators": {
        "series_code": SERIES,
        "place_code": (
            re.compile("card|table|none"),
            "可写 card（首屏大字，也在总表）、table（总表）、none（不在首屏）",
        ),
        "order_no": DAYS,
        "valid_from": DATE,
        "valid_to": DATE,
    },
    "report_items": {
        "series_code": SERIES,
        "item_no": DAYS,
        "order_no": DAYS,
        "part_code": (
            re.compile("num|den|value|organs|cut:[a-z_]+"),
            "可写 num（分子、件数）、den（分母）、value（值）、cut:分列（如 cut:channel_code）、organs（最多的机构）",
        ),
        "valid_from": DATE,
        "valid_to": DATE,
    },
    "retention": {
        "kind_code": (
            re.compile("|".join(ORIGINALS)),
            "可写 loaded（各行都已装入的）、not_loaded（拒收或有行被隔离的）",
        ),
        "day_count": (re.compile("[1-9][0-9]{0,4}"), "1 至 99999 的整数"),
    },
    "deadline_rules": {
        "clock_code": (re.compile("|".join(CLOCKS)), "可写 " + "、".join(CLOCKS)),
        "day_count": (re.compile("[1-9][0-9]{0,2}"), "1 至 999 的整数"),
        "day_kind_code": (
            re.compile("calendar|calendar_unmoved|working"),
            "可写 calendar（自然日，末日顺延）、calendar_unmoved（自然日，不顺延）、working（工作日）",
        ),
        "statutory_path": (re.compile("[1-6]"), "1 至 6"),
        "procedure_code": (re.compile("short"), "可写 short（简易办理），不限就空着"),
        "valid_from": DATE,
        "valid_to": DATE,
    },
}


class RuleError(HouseError):
    """A home's rule file cannot be used; the message says which and why, in Chinese."""


def load_table(name: str, rules: Path | None) -> pa.Table:
    """Return a reference table, the home's rows over the shipped ones, all columns text."""
    names, rows = rows_of(name, rules)
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pa.table([pa.array(column, pa.string()) for column in columns], names)


def rule_rows(name: str, rules: Path | None) -> list[dict[str, str]]:
    """Return the rows of a reference table, the home's over the shipped ones."""
    names, rows = rows_of(name, rules)
    return [dict(zip(names, row, strict=True)) for row in rows]


def rows_of(name: str, rules: Path | None) -> tuple[list[str], list[list]]:
    """Return a reference table's column names and rows, the home's over the shipped ones."""
    names, shipped = _shipped(name)
    own = rules / f"{name}.csv" if rules else None
    if own is None or not own.exists():
        return names, shipped
    header, added = _read_csv(own)
    key = (TABLES | OF_THE_HOUSE)[name]
    lacking = [c for c in key if c not in header]
    if lacking:
        raise RuleError(f"rules/{name}.csv 缺少列 {'、'.join(lacking)}，请补上后重试。")
    told = [dict(zip(header, row, strict=False)) for row in added]
    _check_cells(name, told)
    rows = shipped + [[row.get(c) for c in names] for row in told]
    keys = [names.index(c) for c in key]
    last = {tuple(row[k] for k in keys): place for place, row in enumerate(rows)}
    return names, [rows[place] for place in sorted(last.values())]


def _check_cells(name: str, told: list[dict[str, str]]) -> None:
    """Raise RuleError for the first row of a home's table that lacks a cell or has one of another shape."""
    shapes = SHAPES.get(name, {})
    for number, row in enumerate(told, start=2):
        for column in dict.fromkeys([*FILLED.get(name, ()), *shapes]):
            cell = row.get(column, "").strip()
            shape, said = shapes.get(column, (None, "不能空"))
            lacking = not cell and column in FILLED.get(name, ())
            if lacking or cell and shape and not _has_shape(shape, cell):
                raise RuleError(
                    f"rules/{name}.csv 第 {number} 行的 {column} 没有写或者写得不对，"
                    f"请改好（{said}）后重试。"
                )


def _has_shape(shape: re.Pattern, cell: str) -> bool:
    return bool(shape.fullmatch(cell)) and (shape is not DATE[0] or _is_date(cell))


def _is_date(cell: str) -> bool:
    try:
        datetime.strptime(cell, "%Y-%m-%d")
    except ValueError:
        return False
    return True


@lru_cache
def _shipped(name: str) -> tuple[list[str], list[list]]:
    return _read_csv(SHIPPED / f"{name}.csv")


def _read_csv(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows that are not empty; what a short row lacks is empty."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        header, *rows = [row for row in csv.reader(source) if row] or [[]]
    width = len(header)
    for number, row in enumerate(rows, start=2):
        if len(row) > width:
            raise RuleError(
                f"rules/{path.name} 第 {number} 行比表头多出几格，请检查逗号和引号后重试。"
            )
    return header, [row + [""] * (width - len(row)) for row in rows]
