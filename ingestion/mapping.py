"""Names to codes: organisations, regions, categories, from shipped reference files and the home's
rules. A name that is not known goes in as unmapped; it is never lost and never stored as typed.

Reference files are CSV with a header (see ingestion/reference/README.md). A home's `rules/` holds
files of the same names whose rows are added; a row with the same key replaces the shipped one.
"""

import csv
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from operator import itemgetter
from pathlib import Path

import pyarrow as pa

from ingestion.errors import HouseError
from ingestion.home import Home
from ingestion.linkage import STAND_IN_DIGITS, NetworkKey, network_key
from ingestion.text import plain

SHIPPED = Path(__file__).parent / "reference"
UNMAPPED = "unmapped:"
UNKEYED = UNMAPPED + "unkeyed"
STAND_IN = re.compile(rf"{UNMAPPED}[a-z0-9]{{1,16}}-[0-9a-f]{{{STAND_IN_DIGITS}}}")

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
    "waivers": ["check_code", "org_code", "month_start_date", "subject_id"],
    "deadline_rules": ["rule_code"],
    "system_coverage": ["region_code"],
    "definition_breaks": ["indicator_code", "variant", "changed_on"],
    "duties": ["duty_code", "org_code", "valid_from"],
    "expected_returns": ["org_code", "ledger", "cadence_code", "valid_from"],
}
# as these, about the house itself: no model reads them
OF_THE_HOUSE = {"retention": ["kind_code"], "release_calendar": ["series_code", "valid_from"]}
# file: the columns without which a home's row says nothing
FILLED = {
    "waivers": ["check_code", "org_code", "waived_by", "reason", "valid_to"],
    "deadline_rules": ["rule_code", "regime_code", "clock_code", "day_count", "day_kind_code", "valid_from"],
    "system_coverage": ["region_code", "covered_from"],
    "definition_breaks": ["indicator_code", "changed_on", "text_zh"],
    "duties": ["duty_code", "org_code", "valid_from"],
    "expected_returns": ["org_code", "ledger", "cadence_code", "due_day_count", "valid_from"],
    "retention": ["kind_code", "day_count"],
    "release_calendar": [
        "series_code", "series_name", "cadence_code", "cut_off_day_count", "cut_off_time", "print_day_count",
        "print_time", "final_day_count", "valid_from",
    ],
    "populations": ["region_code", "year", "kind_code", "person_count", "source"],
}  # fmt: skip
# file: what a cell that is written must look like, and how to say it
SHAPES = {
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
    "release_calendar": {
        "series_code": (re.compile("[a-z][a-z0-9_]*"), "小写字母、数字和下划线"),
        "cadence_code": CADENCE,
        "cut_off_day_count": DAYS,
        "cut_off_time": TIME,
        "print_day_count": DAYS,
        "print_time": TIME,
        "final_day_count": DAYS,
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
    names, rows = _rows(name, rules)
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pa.table([pa.array(column, pa.string()) for column in columns], names)


def rule_rows(name: str, rules: Path | None) -> list[dict[str, str]]:
    """Return the rows of a reference table, the home's over the shipped ones."""
    names, rows = _rows(name, rules)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _rows(name: str, rules: Path | None) -> tuple[list[str], list[list]]:
    """Return a reference table's column names and rows."""
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


@dataclass(frozen=True)
class References:
    """All name lists of one run, with look-ups. Built once, used for every file."""

    region_parents: dict[str, str]
    region_labels: list[tuple[str, str]]
    region_aliases: list[tuple[str, str]]
    org_regions: dict[str, str]
    org_labels: dict[str, str]
    org_levels: dict[str, str]
    petition_offices: frozenset[str]
    org_names: dict[tuple[str, str], str]
    category_names: dict[str, str]
    category_labels: dict[str, str]
    key: NetworkKey | None
    kept_by_place: dict = field(default_factory=dict, repr=False, compare=False)  # of `candidates`

    @classmethod
    def of(cls, home: Home) -> "References":
        """Read the name lists of a home; see `load`."""
        return cls.load(home.rules, home.root)

    @classmethod
    def load(cls, rules: Path | None, home: Path | None = None) -> "References":
        """Read the shipped reference files and the rules over them, and the network key if named.

        The key file may not lie in `home`. Raises RuleError for a rule file, KeyFileError for a key
        file that cannot be used.
        """
        files = sorted(rules.glob("*.csv")) if rules and rules.exists() else []
        stamp = tuple((str(p), p.stat().st_mtime_ns) for p in files)
        return _references(rules, stamp, network_key(home))

    @cached_property
    def region_names(self) -> dict[str, list[str]]:
        """Name -> the codes that it may mean; indexed when the first name is asked for."""
        names: dict[str, list[str]] = {}
        for name, code in (*self.region_labels, *self.region_aliases):
            names.setdefault(plain(name), []).append(code)
        return names

    def ancestors(self, region: str) -> list[str]:
        """Return the region and all above it, lowest first."""
        chain = []
        while region and region not in chain:
            chain.append(region)
            region = self.region_parents.get(region, "")
        return chain

    def region(self, names: tuple[str, ...], home_region: str) -> str | None:
        """Return the code of the lowest name of a path (district, street, community) that is known.

        A name that several regions share is decided by the path above it and by the office's own
        region; still several: not known.
        """
        given = [n for n in names if n]
        for depth in range(len(given), 0, -1):
            code = self._region(given[depth - 1], given[: depth - 1], home_region)
            if code:
                return code
        return None

    def _region(self, name: str, above: list[str], home_region: str) -> str | None:
        digits = _padded(name)
        if digits in self.region_parents:
            return digits
        codes = self.region_names.get(plain(name), [])
        wanted = {c for n in above for c in self.region_names.get(plain(n), [])}
        for narrower in (
            lambda c: not above or wanted & set(self.ancestors(c)[1:]),
            lambda c: home_region in self.ancestors(c),
        ):
            if len(set(codes)) > 1:
                codes = [c for c in codes if narrower(c)]
        return codes[0] if len(set(codes)) == 1 else None

    def organisation(self, name: str, near_region: str) -> str | None:
        """Return the organisation of a code or name, the nearest to a region where names repeat."""
        for region in [*self.ancestors(near_region), ""]:
            code = self.org_names.get((plain(name), region))
            if code:
                return code
        return name if name in self.org_regions else None

    def category(self, name: str) -> str | None:
        """Return the category of a code or name."""
        return self.category_names.get(plain(name))

    def code(self, role: str, given: str) -> str | None:
        """Return a code of a role's list as the list writes it, else None; names do not count."""
        if role == "region":
            return padded if (padded := _padded(given)) in self.region_parents else None
        codes = self.org_regions if role == "organisation" else self.category_labels
        return given if given in codes else None

    def names(self, role: str) -> dict[str, str]:
        """Return code -> name of a role's list."""
        if role == "region":
            return {code: name for name, code in self.region_labels}
        return self.org_labels if role == "organisation" else self.category_labels

    def unmapped(self, text: str) -> str:
        """Return the stand-in of an unknown name: equal names equal, no way back.

        A stand-in that is given (copied from the worklist) stays as it is.
        """
        if STAND_IN.fullmatch(text):
            return text
        if self.key is None:
            return UNKEYED
        digest = self.key.digest("name", plain(text), STAND_IN_DIGITS)
        return f"{UNMAPPED}{self.key.key_id}-{digest}"


def _padded(digits: str) -> str | None:
    """Return a region code in its 12 digits; ledgers leave the trailing zeros out."""
    given = digits.isascii() and digits.isdigit() and len(digits) in (2, 4, 6, 9, 12)
    return digits.ljust(12, "0") if given else None


def _org_names(organisations: list[dict], aliases: list[dict]) -> dict[tuple[str, str], str]:
    """Index organisation names by (name, region within which the name is unambiguous)."""
    codes: dict[str, list[str]] = {}
    for row in organisations:
        codes.setdefault(row["org_name"], []).append(row["org_code"])
    names = {(plain(n), ""): found[0] for n, found in codes.items() if len({*found}) == 1}
    for row in organisations:
        names[(plain(row["org_name"]), row["region_code"])] = row["org_code"]
    for row in aliases:
        names[(plain(row["alias"]), row["within_region_code"])] = row["org_code"]
    return names


def _region_labels(names: list[str], rows: list[list]) -> list[tuple[str, str]]:
    """Return region names with their codes. A code given up keeps its name, unless a region in force under
    the same parent has it: then the name means that one, as it does to who writes it today.
    """
    name, code, parent, ended = (
        names.index(c) for c in ("region_name", "region_code", "parent_code", "valid_to")
    )
    standing = {(row[parent], row[name]) for row in rows if not row[ended]}
    return [
        (row[name], row[code])
        for row in rows
        if not row[ended] or (row[parent], row[name]) not in standing
    ]


@lru_cache(maxsize=4)
def _references(rules: Path | None, stamp: tuple, key: NetworkKey | None) -> References:
    def pairs(table: str, one: str, other: str) -> list[tuple[str, str]]:
        names, rows = _rows(table, rules)
        return [*map(itemgetter(names.index(one), names.index(other)), rows)]

    def records(table: str) -> list[dict]:
        names, rows = _rows(table, rules)
        return [dict(zip(names, row, strict=True)) for row in rows]

    organisations = records("organisations")
    labels = pairs("categories", "category_name", "category_code")
    named = [*labels, *pairs("category_aliases", "alias", "category_code")]
    return References(
        region_parents=dict(pairs("regions", "region_code", "parent_code")),
        region_labels=_region_labels(*_rows("regions", rules)),
        region_aliases=pairs("region_aliases", "alias", "region_code"),
        org_regions={o["org_code"]: o["region_code"] for o in organisations},
        org_labels={o["org_code"]: o["org_name"] for o in organisations},
        org_levels={o["org_code"]: o["level_code"] for o in organisations},
        petition_offices=frozenset(
            o["org_code"] for o in organisations if o["is_petition_office"] == "true"
        ),
        org_names=_org_names(organisations, records("organisation_aliases")),
        category_names={plain(name): code for name, code in named}
        | {plain(code): code for _, code in labels},
        category_labels={code: name for name, code in labels},
        key=key,
    )
