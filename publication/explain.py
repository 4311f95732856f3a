"""Reading a release: one figure down to its rows, and SQL for analysts.

Imports no Dagster, dbt, Great Expectations or scipy: it must start at once.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from ingestion.errors import HouseError
from publication.release import Release, open_serve

EXPLAIN_ROWS = """
    with kind as (
        select kind_code from dim_indicator where indicator_code = $indicator and variant = $variant
    ),
    scoped as (
        select indicator_rows.*
        from indicator_rows
        inner join dim_region_closure on indicator_rows.region_code = dim_region_closure.descendant_code
        where indicator_code = $indicator and variant = $variant
            and dim_region_closure.ancestor_code = $region
            and strftime(cohort_date, '%Y-%m') like $period || '%'
    )
    select scoped.*
    from scoped, kind
    where kind.kind_code <> 'stock' or length($period) = 7
        or strftime(cohort_date, '%Y-%m') = (
            select max(strftime(cohort_date, '%Y-%m')) from indicator_rows
            where indicator_code = $indicator and variant = $variant
                and strftime(cohort_date, '%Y') = $period
        )
    order by subject_id, cohort_date
"""


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
            {"indicator": indicator, "variant": variant},
        )
        funnel = _all(
            connection,
            "select excluded_because, reason_name, subject_count from mart_indicator_funnel"
            " where indicator_code = $indicator and variant = $variant and period = $period"
            " and region_code = $region order by excluded_because",
            asked,
        )
        subjects = _all(connection, EXPLAIN_ROWS, asked)
        rows = _all(
            connection,
            f"with subjects as (select distinct subject_id from ({EXPLAIN_ROWS}))"
            " select mart_subject_rows.* from mart_subject_rows inner join subjects using (subject_id)"
            " inner join dim_indicator on indicator_code = $indicator and variant = $variant"
            " and ',' || ledgers || ',' like '%,' || ledger || ',%'"
            " order by subject_id, ledger, delivery_sequence, sheet_no, row_no",
            asked,
        )
    return Explanation(figure, definition, funnel, subjects, rows)


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


def _all(connection, sql: str, parameters: dict) -> list[dict]:
    used = {k: v for k, v in parameters.items() if f"${k}" in sql}
    cursor = connection.execute(sql, used)
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
