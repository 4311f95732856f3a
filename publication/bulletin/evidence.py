"""Where each figure of an issue comes from: a page that anybody may read, and a case list for the house.

Belongs here: for every figure that is printed, its definition in words and as the SQL that was run, its funnel, checks
and revisions, the way from ledger to figure; and its cases, each with delivery, sheet and row, as a file under `internal/`.
The page reads masked tables alone. The cases' rows come to the figure's numerator and denominator, or there is no issue.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv

from ingestion.errors import HouseError
from publication.bulletin import html
from publication.bulletin.layout import ledger_names, slug
from publication.explain import span
from publication.release import Release, has, open_serve, records

FUNNEL = """
    select indicator_code, variant, period, region_code as area_code, excluded_because, reason_name, subject_count
    from mart_published_funnel
    where period in (select unnest($periods::varchar[])) and region_code in (select unnest($areas::varchar[]))
    order by all
"""
CASES = """
    create temp table cases as
    select wanted.area_code, wanted.period, wanted.ledgers, told.indicator_code, told.variant, told.subject_id,
        told.cohort_date, told.region_code, told.org_code, told.den, told.num, told.excluded_because
    from wanted
    inner join dim_region_closure as closure on wanted.area_code = closure.ancestor_code
    inner join indicator_rows as told
        on closure.descendant_code = told.region_code and wanted.indicator_code = told.indicator_code
        and wanted.variant = told.variant and told.cohort_date >= wanted.first and told.cohort_date < wanted.after
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
        select subject_id, ledger, label || '：' || string_agg(
            '第' || delivery_sequence || '号来件·第' || sheet_no || '表·第' || row_no || '行', '、'
            order by delivery_sequence, sheet_no, row_no
        ) as rows_of_ledger
        from mart_subject_rows
        semi join cases using (subject_id)
        inner join labels using (ledger)
        group by subject_id, ledger, label
    ),
    asked as (select distinct subject_id, ledgers from cases)
    select asked.subject_id, asked.ledgers, string_agg(told.rows_of_ledger, '；' order by told.ledger) as source_rows
    from asked
    inner join told on asked.subject_id = told.subject_id and list_contains(string_split(asked.ledgers, ','), told.ledger)
    group by asked.subject_id, asked.ledgers
"""
NOT_TOLD = "没有报来的行：按规则应有"
LISTED = f"""
    create temp table listed as
    select cases.* exclude (ledgers), coalesce(sources.source_rows, '{NOT_TOLD}') as source_rows
    from cases
    left join sources using (subject_id, ledgers)
    order by indicator_code, variant, area_code, period, subject_id, cohort_date, region_code
"""
OF_INDICATOR = """
    select * exclude (indicator_code, variant) replace (cast(den as double) as den, cast(num as double) as num)
    from listed where indicator_code = $indicator and variant = $variant
    order by area_code, period, subject_id, cohort_date, region_code
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
    pages = _Pages(release, page, public)
    with open_serve(release) as connection:
        funnels = _funnels(connection, said)
        _gather(connection, known, printed)
        for key in sorted(printed):
            _write_cases(connection, known[key], printed[key], internal)
            pages.write(known[key], printed[key], funnels)


def _gather(connection, known: dict, printed: dict) -> None:
    """Find the cases of all the figures at once, and where each was told."""
    spans = {
        (key, period): span(connection, known[key], period)
        for key, figures in printed.items() for period in {figure["period"] for figure in figures}
    }  # fmt: skip
    rows = [
        (*key, known[key]["ledgers"], figure["area_code"], figure["period"], *spans[key, figure["period"]])
        for key, figures in printed.items() for figure in figures
    ]  # fmt: skip
    names = ("indicator_code", "variant", "ledgers", "area_code", "period", "first", "after")
    kinds = (*[pa.string()] * 5, pa.date32(), pa.date32())
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    connection.register("wanted", pa.table(arrays, names))
    connection.register(
        "labels", pa.table(list(zip(*ledger_names().items(), strict=True)), ["ledger", "label"])
    )
    connection.execute(CASES.format(but=BUT_HELD if has(connection, "mart_held_cells") else ""))
    connection.execute(SOURCES)
    connection.execute(LISTED)


def _write_cases(connection, indicator: dict, figures: list[dict], internal: Path) -> None:
    """Write the case lists of an indicator's figures. How many cases are in one is said nowhere: less the denominator,
    it would say how many were left out, which is hidden where they are few.
    """
    asked = {"indicator": indicator["indicator_code"], "variant": indicator["variant"]}
    table = connection.execute(OF_INDICATOR, asked).to_arrow_table()
    folder = internal / "cases" / slug(indicator)
    folder.mkdir(parents=True)
    parts = dict(_parts(table))
    for figure in figures:
        key = (figure["area_code"], figure["period"])
        part = parts.get(key, table.slice(0, 0))
        _compare(figure, indicator, part)
        arrow_csv.write_csv(
            part.drop_columns(["area_code", "period"]), folder / f"{key[0]}-{key[1]}.csv"
        )


def _parts(table: pa.Table) -> Iterator[tuple[tuple[str, str], pa.Table]]:
    """Yield the rows of each area and period, which lie together."""
    keys = list(zip(table["area_code"].to_pylist(), table["period"].to_pylist(), strict=True))
    first = 0
    for place in range(1, len(keys) + 1):
        if place == len(keys) or keys[place] != keys[first]:
            yield keys[first], table.slice(first, place - first)
            first = place


def _compare(figure: dict, indicator: dict, part: pa.Table) -> None:
    """Refuse a figure whose cases do not come to it. A population is no sum of cases."""
    num, den = (sum(map(_exact, part[name].to_pylist())) for name in ("num", "den"))
    same = num == _exact(figure["num"]) and (
        indicator["kind_code"] == "per_capita" or den == _exact(figure["den"])
    )
    if not same:
        raise NotTheSame(
            f"{figure['area_name']} {figure['period']} 的{indicator['indicator_name']}（{indicator['variant']}）"
            "与它的明细对不上，这一期不能作。请先运行 petition release verify 核对这一版。"
        )


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

    def __init__(self, release: Release, page: dict, public: Path) -> None:
        self.release, self.page, self.public = release, page, public
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
        titles = ledger_names()
        way = {
            "ledgers": [titles.get(ledger, ledger) for ledger in indicator["ledgers"].split(",")],
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
