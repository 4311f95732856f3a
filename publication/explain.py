"""Reading a release: one figure down to its rows, and SQL for analysts.

Imports no Dagster, dbt, Great Expectations or scipy: it must start at once.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from ingestion.errors import HouseError
from publication.export import body_of, write_query
from publication.release import Release, has, open_serve, records

# the subjects of a figure: of a year of a stock, those of its last month
OF_FIGURE = """
    from indicator_rows
    where indicator_code = $indicator and variant = $variant
        and cohort_date >= $first and cohort_date < $after
        and region_code in (
            select descendant_code from dim_region_closure where ancestor_code = $region
        )
        {but}
"""
# a figure that lacks a unit (缺N) lacks its rows; of one that is held itself, its rows are shown to whoever mends it
BUT_HELD = """
    and not exists (
        select 1 from mart_held_cells as held
        where held.indicator_code = indicator_rows.indicator_code and held.variant = indicator_rows.variant
            and held.month_start_date = date_trunc('month', indicator_rows.cohort_date)
            and held.region_code = indicator_rows.region_code
    )
"""
# One look at the narrow columns says how many there are and where a page of them ends: the wide columns
# are then read of that page alone, and the files' own minima and maxima say where it lies.
TOTALS = f"""
    select count(*) as subject_count, coalesce(sum(num), 0) as num, coalesce(sum(den), 0) as den,
        list_last(min(subject_id, $page)) as last_id
    {OF_FIGURE}
"""
PAGE = "and subject_id <= $last_id order by subject_id, cohort_date limit $page"
FOUND = f"create temp table found as select * {OF_FIGURE} {{page}}"
FOUND_ALL = f"create or replace temp table found as select subject_id {OF_FIGURE}"
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
CHECKS = """
    select family_code, answer_code, answer_text from mart_figure_checks
    where indicator_code = $indicator and variant = $variant and period = $period and area_code = $region
        and area_kind_code = 'region' and cut_code = 'all'
"""
MOST_RANGES = 100  # of more, as for a province, little would be skipped


class NotThere(HouseError):
    """The figure asked for is not in the release; the message names what there is, in Chinese."""


@dataclass(frozen=True)
class Explanation:
    """A figure, its definition, its funnel, what was asked of it (empty: held, or a release of before that);
    how many its subjects are and what they come to; a page of them, or all, with their ledger rows.

    `row_count` is that of all subjects' rows. None: they are more than the page's, and were not counted,
    as counting means reading a whole ledger.
    """

    figure: dict
    definition: dict
    funnel: list[dict]
    checks: list[dict]
    subject_count: int
    row_count: int | None
    num: Decimal
    den: Decimal
    subjects: list[dict]
    rows: list[dict]


def explain(
    release: Release,
    indicator: str,
    variant: str,
    region: str,
    period: str,
    limit: int | None = None,
    rows_file: Path | None = None,
) -> Explanation:
    """Return what a figure is made of: its first `limit` subjects (below a million) with their rows,
    or all. Every ledger row goes into `rows_file`. Raises NotThere when there is no such figure.
    """
    with open_serve(release, [body_of(rows_file)] if rows_file else []) as connection:
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
        checks = _all(connection, CHECKS, asked) if has(connection, "mart_figure_checks") else []
        asked["first"], asked["after"] = span(connection, definition, period)
        whole = figure["status_code"] == "held" or not has(connection, "mart_held_cells")
        but = "" if whole else BUT_HELD
        made_of = _made_of(connection, definition["ledgers"], asked, but, limit, rows_file)
    return Explanation(figure, definition, funnel, checks, **made_of)


def _made_of(
    connection, ledgers: str, asked: dict, but: str, limit: int | None, rows_file: Path | None
) -> dict:
    """Return the totals of a figure's subjects and a page of them; write all their rows if asked to."""
    asked = asked | {"page": limit or 1}
    totals = _one(connection, TOTALS.format(but=but), asked)
    asked |= {"last_id": totals.pop("last_id")}
    _run(connection, FOUND.format(but=but, page=PAGE if limit else ""), asked)
    subjects = _all(connection, "select * from found order by subject_id, cohort_date", {})
    rows = _all(connection, *_rows(connection, ledgers))
    row_count = len(rows) if len(subjects) == totals["subject_count"] else None
    if rows_file:
        _run(connection, FOUND_ALL.format(but=but), asked)
        sql, bounds = _rows(connection, ledgers)
        row_count = write_query(connection, sql, rows_file, bounds)
    return {**totals, "row_count": row_count, "subjects": subjects, "rows": rows}


def span(connection, definition: dict, period: str) -> tuple[date, date]:
    """Return the first day of the rows of an indicator's figure and the first day after them; of a year of a stock, those
    of the last month that there is.
    """
    if len(period) == len("2025-04"):
        return _month(date.fromisoformat(f"{period}-01"))
    first, after = date(int(period), 1, 1), date(int(period) + 1, 1, 1)
    if not definition["kind_code"].endswith("stock"):
        return first, after
    asked = {"indicator": definition["indicator_code"], "variant": definition["variant"]}
    last = _one(connection, LAST_DAY, asked | {"first": first, "after": after})["last_day"]
    return _month(last) if last else (first, after)


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _rows(connection, ledgers: str) -> tuple[str, dict]:
    """Return the query of the ledger rows of the subjects found, and its parameters."""
    ranges = _all(connection, RANGES, {})
    bounds = {f"{k}_{n}": v for n, pair in enumerate(ranges) for k, v in pair.items()}
    listed = " or ".join(
        f"subject_id between $first_id_{n} and $last_id_{n}" for n in range(len(ranges))
    )
    if not 0 < len(ranges) <= MOST_RANGES:
        listed, bounds = "true", {}
    names = {f"ledger_{n}": name for n, name in enumerate(ledgers.split(","))}
    sql = ROWS.format(ranges=listed, ledgers=", ".join(f"${name}" for name in names))
    return sql, bounds | names


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
    return records(_run(connection, sql, parameters))


def _one(connection, sql: str, parameters: dict) -> dict | None:
    found = _all(connection, sql, parameters)
    return found[0] if found else None
