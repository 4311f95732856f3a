"""Where each figure of an issue comes from: a page that anybody may read, and a case list for the house.

Belongs here: for every figure that is printed, its definition in words and as the SQL that was run, its funnel, checks
and revisions, the way from ledger to figure; and its cases, each with delivery, sheet and row, as a file under `internal/`.
The page reads masked tables alone. The cases' rows come to the figure's numerator and denominator, or there is no issue.
"""

import codecs
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from pyarrow import compute

from ingestion.errors import HouseError
from publication.bulletin import html
from publication.bulletin.cells import slug
from publication.bulletin.spans import days
from publication.explain import span
from publication.export import guarded
from publication.release import Release, has, open_serve, records

FUNNEL = """
    select indicator_code, variant, period, region_code as area_code, excluded_because, reason_name, subject_count
    from mart_published_funnel
    where period in (select unnest($periods::varchar[])) and region_code in (select unnest($areas::varchar[]))
    order by all
"""
# which area of the issue each place lies in, one of those below or the region itself; what does not add up over areas
# (matters) has places of an area alone, which are not in the region's own figure
PLACES = """
    create temp table places as
    select descendant_code as region_code, coalesce(
        max(case when ancestor_code <> $region then ancestor_code end), $region
    ) as area_code,
    max(ancestor_code = $region) as whole_flag
    from dim_region_closure where ancestor_code in (select unnest($areas::varchar[]))
    group by descendant_code
"""
CASES = """
    create temp table cases as
    select spans.ledgers, places.area_code, places.whole_flag, told.indicator_code, told.variant, told.subject_id,
        told.cohort_date, told.region_code, told.org_code, told.den, told.num, told.excluded_because
    from spans
    inner join indicator_rows as told
        on spans.indicator_code = told.indicator_code and spans.variant = told.variant
        and told.cohort_date >= spans.first and told.cohort_date < spans.after
    inner join places using (region_code)
    {but}
"""
BUT_HELD = """
    anti join mart_held_cells as held
        on told.indicator_code = held.indicator_code and told.variant = held.variant
        and date_trunc('month', told.cohort_date) = held.month_start_date and told.region_code = held.region_code
"""
# where a subject was told, in words: once a ledger, then once a set of ledgers that an indicator is of
SOURCES = """
    create temp table sources as
    with told as (
        select subject_id, ledger, coalesce(label, ledger) || '：' || string_agg(
            '第' || delivery_sequence || '号来件·第' || sheet_no || '表·第' || row_no || '行', '、'
            order by delivery_sequence, sheet_no, row_no
        ) as rows_of_ledger
        from mart_subject_rows
        semi join cases using (subject_id)
        left join labels using (ledger)
        group by subject_id, ledger, label
    ),
    asked as (select distinct subject_id, ledgers from cases)
    select asked.subject_id, asked.ledgers, string_agg(told.rows_of_ledger, '；' order by told.ledger) as source_rows
    from asked
    inner join told on asked.subject_id = told.subject_id and list_contains(string_split(asked.ledgers, ','), told.ledger)
    group by asked.subject_id, asked.ledgers
"""
NOT_TOLD = "没有报来的行：按规则应有"
OF_INDICATOR = f"""
    select area_code, whole_flag, {guarded("subject_id")} as subject_id, cohort_date, region_code, org_code, den, num,
        excluded_because,
        coalesce(source_rows, '{NOT_TOLD}') as source_rows
    from cases
    left join sources using (subject_id, ledgers)
    where indicator_code = $indicator and variant = $variant
    order by area_code, cohort_date, subject_id, region_code
"""
READ = re.compile(r"\b(fct_[a-z0-9_]+|dim_[a-z0-9_]+)\b")


class NotTheSame(HouseError):
    """The cases of a figure do not come to it; the message names the figure, in Chinese."""


def write(release: Release, said: dict, page: dict, public: Path, internal: Path) -> None:
    """Write the evidence of every figure that an issue prints. Raises NotTheSame where cases and figure differ."""
    printed = {}
    for figure in said["figures"]:
        if figure["release_status"] == "published" and figure["value"] is not None:
            printed.setdefault((figure["indicator_code"], figure["variant"]), []).append(figure)
    known = {(i["indicator_code"], i["variant"]): i for i in said["indicators"]}
    pages, region = _Pages(release, said, page, public), said["issue"]["region_code"]
    with open_serve(release) as connection:
        funnels = _funnels(connection, said)
        spans = _spans(connection, known, printed)
        _gather(connection, known, spans, said)
        for key in sorted(printed):
            cases = _Cases(connection, known[key], region)
            folder = internal / "cases" / slug(known[key])
            folder.mkdir(parents=True)
            for figure in printed[key]:
                part = cases.of(figure, spans[key, figure["period"]])
                _compare(figure, known[key], part)
                _write_list(folder / f"{figure['area_code']}-{figure['period']}.csv", part)
            pages.write(known[key], printed[key], funnels)


def _spans(connection, known: dict, printed: dict) -> dict[tuple, tuple[date, date]]:
    """Return the first day of each indicator's period and the first after it."""
    found = {}
    for key, figures in printed.items():
        for figure in {figure["period"]: figure for figure in figures}.values():
            counted = (figure["counted_first"], figure["counted_last"])
            told = (
                days(*counted) if all(counted) else span(connection, known[key], figure["period"])
            )
            found[key, figure["period"]] = told
    return found


def _gather(connection, known: dict, spans: dict, said: dict) -> None:
    """Find the cases of all the figures at once, each once, and where it was told."""
    ends: dict[tuple, list] = {}
    for (key, _), (first, after) in spans.items():
        ends.setdefault(key, []).append((first, after))
    rows = [
        (*key, known[key]["ledgers"], min(f for f, _ in found), max(a for _, a in found))
        for key, found in ends.items()
    ]
    names = ("indicator_code", "variant", "ledgers", "first", "after")
    kinds = (*[pa.string()] * 3, pa.date32(), pa.date32())
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    connection.register("spans", pa.table(arrays, names))
    connection.register(
        "labels", pa.table(list(zip(*said["ledgers"].items(), strict=True)), ["ledger", "label"])
    )
    areas = [area["area_code"] for area in said["areas"]]
    connection.execute(PLACES, {"region": said["issue"]["region_code"], "areas": areas})
    connection.execute(CASES.format(but=BUT_HELD if has(connection, "mart_held_cells") else ""))
    connection.execute(SOURCES)


class _Cases:
    """The cases of an indicator, those of an area together and in the order of their days."""

    def __init__(self, connection, indicator: dict, region: str) -> None:
        asked = {"indicator": indicator["indicator_code"], "variant": indicator["variant"]}
        self.table = connection.execute(OF_INDICATOR, asked).to_arrow_table()
        self.region = region
        self.days = self.table["cohort_date"].to_numpy()
        self.whole = self.table["whole_flag"].to_numpy()
        areas = self.table["area_code"].to_numpy()
        edges = np.flatnonzero(areas[1:] != areas[:-1]) + 1
        starts = [0, *edges.tolist()] if len(areas) else []
        ends = [*edges.tolist(), len(areas)]
        self.spans = {areas[s]: (s, e) for s, e in zip(starts, ends, strict=False)}

    def of(self, figure: dict, span: tuple[date, date]) -> pa.Table:
        """Return the cases of a figure: of the region itself those of every area, else of the area's alone."""
        first, after = (np.datetime64(day) for day in span)
        if figure["area_code"] == self.region:
            return self.table.filter(
                pa.array(self.whole & (self.days >= first) & (self.days < after))
            )
        start, end = self.spans.get(figure["area_code"], (0, 0))
        low, high = np.searchsorted(self.days[start:end], [first, after])
        return self.table.slice(start + low, high - low)


def _compare(figure: dict, indicator: dict, part: pa.Table) -> None:
    """Refuse a figure whose cases do not come to it. A population is no sum of cases."""
    num, den = (compute.sum(part[name]).as_py() or Decimal(0) for name in ("num", "den"))
    same = num == _exact(figure["num"]) and (
        indicator["kind_code"] == "per_capita" or den == _exact(figure["den"])
    )
    if not same:
        raise NotTheSame(
            f"{figure['area_name']} {figure['period']} 的{indicator['indicator_name']}（{indicator['variant']}）"
            "与它的明细对不上，这一期不能作。请先运行 petition release verify 核对这一版。"
        )


def _write_list(path: Path, part: pa.Table) -> None:
    """Write cases as a spreadsheet reads them. How many are in a file is said on no page, as less the denominator it would
    say how many were left out, which is hidden where they are few.
    """
    told = part.drop_columns(["area_code", "whole_flag"])
    for name in ("den", "num"):
        told = told.set_column(told.column_names.index(name), name, told[name].cast(pa.float64()))
    with path.open("wb") as target:
        target.write(codecs.BOM_UTF8)
        arrow_csv.write_csv(told, target)


def _exact(amount: float) -> Decimal:
    return Decimal(str(amount)).quantize(Decimal("0.0001"))


def _funnels(connection, said: dict) -> dict[tuple, list[dict]]:
    periods = sorted({f["period"] for f in said["figures"]})
    areas = [a["area_code"] for a in said["areas"]]
    found: dict[tuple, list] = {}
    for row in records(connection.execute(FUNNEL, {"periods": periods, "areas": areas})):
        key = (row["indicator_code"], row["variant"], row["area_code"], row["period"])
        found.setdefault(key, []).append(row)
    return found


class _Pages:
    """The pages of the figures of one issue."""

    def __init__(self, release: Release, said: dict, page: dict, public: Path) -> None:
        self.release, self.page, self.public, self.titles = release, page, public, said["ledgers"]
        self.template = html.environment().get_template("evidence.html.j2")
        self.cells = {
            (slug(one), cell["area_code"], cell["period"]): cell
            for one in page["indicators"] for row in one["rows"] for cell in (row["cell"], row["year"]) if cell
        }  # fmt: skip
        self.revised: dict[tuple, list] = {}
        for row in page["revisions"]:
            self.revised.setdefault((row["slug"], row["area_code"], row["told_period"]), []).append(
                row
            )

    def write(self, indicator: dict, figures: list[dict], funnels: dict) -> None:
        name = slug(indicator)
        sql = definition_sql(self.release, indicator["model_name"])
        way = {
            "ledgers": [
                self.titles.get(ledger, ledger) for ledger in indicator["ledgers"].split(",")
            ],
            "facts": sorted(set(READ.findall(sql))),
            "model": indicator["model_name"],
        }
        folder = self.public / "evidence" / name
        folder.mkdir(parents=True)
        for figure in figures:
            area, period = figure["area_code"], figure["period"]
            told = {
                "page": self.page, "badges": self.page["badges"], "indicator": indicator, "figure": figure,
                "cell": self.cells[name, area, period], "sql": sql, "way": way, "slug": name,
                "funnel": funnels.get((indicator["indicator_code"], indicator["variant"], area, period), []),
                "revisions": self.revised.get((name, area, period), []),
            }  # fmt: skip
            (folder / f"{area}-{period}.html").write_text(self.template.render(told), "utf-8")


def definition_sql(release: Release, model: str) -> str:
    """Return the SQL that an indicator's figures were made with, laid out to be read; empty where the release does not
    carry it.
    """
    import sqlglot

    path = release.folder / "public" / "definitions" / f"{model}.sql"
    if not path.exists():
        return ""
    return sqlglot.transpile(path.read_text("utf-8"), read="duckdb", write="duckdb", pretty=True)[0]
