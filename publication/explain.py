"""Reading a release: one figure down to its rows, and SQL for analysts.

Imports no Dagster, dbt, Great Expectations or scipy: it must start at once.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ingestion.errors import HouseError
from publication.release import Release, open_serve

# the subjects of a figure, held for the length of an explanation: of a year of a stock, its last month
FOUND = """
    create temp table found as
    select * from indicator_rows
    where indicator_code = $indicator and variant = $variant
        and cohort_date >= $first and cohort_date < $after
        and region_code in (
            select descendant_code from dim_region_closure where ancestor_code = $region
        )
"""
LAST_DAY = """
    select max(cohort_date) as last_day from indicator_rows
    where indicator_code = $indicator and variant = $variant
        and cohort_date >= $first and cohort_date < $after
"""
# A subject's id begins with the register or batch that numbers it, and rows lie in its order: plain
# ranges, one of each register, are what the engine skips by; plain ledgers, what it does not open.
RANGES = """
    select min(subject_id) as first_id, max(subject_id) as last_id from found
    group by split_part(subject_id, '|', 1)
"""
ROWS = """
    select mart_subject_rows.* from mart_subject_rows
    semi join found using (subject_id)
    where ledger in ({ledgers}) and ({ranges})
    order by subject_id, ledger, delivery_sequence, sheet_no, row_no
"""
MOST_RANGES = 100  # of more, as for a province, little would be skipped


class NotThere(HouseError):
    """The figure asked for is not in the release; the message names what there is, in Chinese."""


@dataclass(frozen=True)
class Explanation:
    """A figure, its definition, its funnel, its subjects and their ledger rows."""

    figure: dict
    definition: dict
    funnel: list[dict]
    subjects: list[dict]
    rows: list[dict]


def explain(
    release: Release, indicator: str, variant: str, region: str, period: str
) -> Explanation:
    """Return what a figure is made of. Raises NotThere when the release has no such figure."""
    with open_serve(release) as connection:
        asked = {"indicator": indicator, "variant": variant, "region": region, "period": period}
        figure = _one(
            connection,
            "select * from mart_published_values where indicator_code = $indicator"
            " and variant = $variant and period = $period and area_code = $region"
            " and area_kind_code = 'region' and cut_code = 'all'",
            asked,
        )
        if figure is None:
            raise NotThere(_what_there_is(connection, indicator, variant, region, period))
        definition = _one(
            connection,
            "select * from dim_indicator where indicator_code = $indicator and variant = $variant",
            asked,
        )
        funnel = _all(
            connection,
            "select excluded_because, reason_name, subject_count from mart_indicator_funnel"
            " where indicator_code = $indicator and variant = $variant and period = $period"
            " and region_code = $region order by excluded_because",
            asked,
        )
        span = _span(connection, definition, asked)
        _run(connection, FOUND, asked | span)
        subjects = _all(connection, "select * from found order by subject_id, cohort_date", {})
        rows = _rows(connection, definition["ledgers"])
    return Explanation(figure, definition, funnel, subjects, rows)


def _span(connection, definition: dict, asked: dict) -> dict:
    """Return the first day of the figure's rows and the first day after them."""
    period = asked["period"]
    if len(period) == len("2025-04"):
        return _month(date.fromisoformat(f"{period}-01"))
    year = {"first": date(int(period), 1, 1), "after": date(int(period) + 1, 1, 1)}
    if definition["kind_code"] != "stock":
        return year
    last = _one(connection, LAST_DAY, asked | year)["last_day"]
    return _month(last) if last else year


def _month(day: date) -> dict:
    first = day.replace(day=1)
    return {"first": first, "after": (first + timedelta(days=31)).replace(day=1)}


def _rows(connection, ledgers: str) -> list[dict]:
    """Return the ledger rows of the subjects found."""
    ranges = _all(connection, RANGES, {})
    bounds = {f"{k}_{n}": v for n, pair in enumerate(ranges) for k, v in pair.items()}
    listed = " or ".join(
        f"subject_id between $first_id_{n} and $last_id_{n}" for n in range(len(ranges))
    )
    if not 0 < len(ranges) <= MOST_RANGES:
        listed, bounds = "true", {}
    names = {f"ledger_{n}": name for n, name in enumerate(ledgers.split(","))}
    sql = ROWS.format(ranges=listed, ledgers=", ".join(f"${name}" for name in names))
    return _all(connection, sql, bounds | names)


def _what_there_is(connection, indicator: str, variant: str, region: str, period: str) -> str:
    known = _all(
        connection,
        "select variant from dim_indicator where indicator_code = $indicator order by variant",
        {"indicator": indicator},
    )
    if not known:
        names = _all(connection, "select distinct indicator_code from dim_indicator order by 1", {})
        return f"没有指标 {indicator}。已有：{'、'.join(n['indicator_code'] for n in names)}。"
    if variant not in [k["variant"] for k in known]:
        return (
            f"指标 {indicator} 没有口径 {variant}。已有：{'、'.join(k['variant'] for k in known)}。"
        )
    return (
        f"{indicator}（{variant}）在地区 {region}、期间 {period} 没有数字。"
        "请核对地区代码（12 位）和期间（2025-04 或 2025）。"
    )


def query(release: Release, sql: str) -> tuple[list[str], list[tuple]]:
    """Run an analyst's SQL on a release; return column names and rows."""
    with open_serve(release) as connection:
        cursor = connection.execute(sql)
        names = [d[0] for d in cursor.description or []]
        return names, cursor.fetchall()


def _run(connection, sql: str, parameters: dict):
    used = {k: v for k, v in parameters.items() if re.search(rf"\${k}\b", sql)}
    return connection.execute(sql, used)


def _all(connection, sql: str, parameters: dict) -> list[dict]:
    cursor = _run(connection, sql, parameters)
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _one(connection, sql: str, parameters: dict) -> dict | None:
    found = _all(connection, sql, parameters)
    return found[0] if found else None


def write_rows(found: Explanation, path: Path) -> None:
    """Write every ledger row of a figure as CSV: subject, ledger, delivery, sheet, row."""
    names = [
        "subject_id",
        "ledger",
        "told_by_office_code",
        "delivery_sequence",
        "sheet_no",
        "row_no",
    ]
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(found.rows)
