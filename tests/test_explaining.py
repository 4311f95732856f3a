"""What `explain` answers is what a plain query of the working file answers, row for row."""

import csv

import duckdb
import pytest

from benchmarks import explaining
from publication import explain
from publication import release as releases

pytestmark = pytest.mark.slow
COUNT = 10  # figures of a kind
SUBJECTS = """
    select rows_of.*
    from intermediate.int_indicator_rows as rows_of
    inner join marts.dim_region_closure as closure
        on rows_of.region_code = closure.descendant_code and closure.ancestor_code = $region
    inner join marts.dim_indicator as defined using (indicator_code, variant)
    where indicator_code = $indicator and variant = $variant
        and strftime(cohort_date, '%Y-%m') like $period || '%'
        and (
            defined.kind_code <> 'stock' or length($period) = 7
            or strftime(cohort_date, '%Y-%m') = (
                select max(strftime(cohort_date, '%Y-%m')) from intermediate.int_indicator_rows
                where indicator_code = $indicator and variant = $variant
                    and strftime(cohort_date, '%Y') = $period
            )
        )
    order by subject_id, cohort_date
"""
ROWS = f"""
    select told.*
    from marts.mart_subject_rows as told
    where subject_id in (select subject_id from ({SUBJECTS})) and ledger in (
        select unnest(string_split(ledgers, ',')) from marts.dim_indicator
        where indicator_code = $indicator and variant = $variant
    )
    order by subject_id, ledger, delivery_sequence, sheet_no, row_no
"""


def answer(connection, sql: str, asked: dict) -> list[dict]:
    cursor = connection.execute(sql, asked)
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize(("level", "period_kind"), explaining.KINDS)
def test_an_explanation_is_a_plain_query_of_the_working_file(few_home, level, period_kind):
    figures = explaining.largest(few_home, level, period_kind, count=COUNT)
    assert len({indicator for indicator, *_ in figures}) > 4
    release, told = releases.load(few_home, None), 0
    with duckdb.connect(str(few_home.warehouse), read_only=True) as connection:
        for indicator, variant, region, period in figures:
            found = explain.explain(release, indicator, variant, region, period)
            asked = {"indicator": indicator, "variant": variant, "region": region, "period": period}
            assert found.subjects == answer(connection, SUBJECTS, asked), asked
            assert found.rows == answer(connection, ROWS, asked), asked
            told += len(found.rows)
    assert told > 0


@pytest.mark.parametrize(("level", "period_kind"), explaining.KINDS)
def test_a_page_is_the_first_of_all_and_says_how_many_there_are(few_home, level, period_kind):
    release = releases.load(few_home, None)
    for figure in explaining.largest(few_home, level, period_kind, count=COUNT):
        every = explain.explain(release, *figure)
        page = explain.explain(release, *figure, limit=2)
        shown = {s["subject_id"] for s in page.subjects}
        assert page.subjects == every.subjects[:2], figure
        assert page.rows == [r for r in every.rows if r["subject_id"] in shown], figure
        assert every.row_count == len(every.rows)
        assert page.row_count is None or len(every.subjects) <= 2
        for found in (every, page):
            assert found.subject_count == len(every.subjects)
            assert found.num == sum(s["num"] for s in every.subjects)
            assert found.den == sum(s["den"] for s in every.subjects)


def test_the_file_holds_every_row_whatever_is_shown(few_home, tmp_path):
    release, file = releases.load(few_home, None), tmp_path / "rows.csv"
    for figure in explaining.largest(few_home, "province", "month", count=COUNT):
        every = explain.explain(release, *figure)
        page = explain.explain(release, *figure, limit=1, rows_file=file)
        with file.open(encoding="utf-8-sig", newline="") as source:
            written = list(csv.DictReader(source))
        assert written == [{k: str(v) for k, v in row.items()} for row in every.rows], figure
        assert page.row_count == len(every.rows)
        assert [*tmp_path.iterdir()] == [file]


def test_the_table_names_every_kind_of_figure(few_home):
    lines = explaining.table(few_home, runs=1, count=1).splitlines()
    assert len(lines) == 2 + len(explaining.KINDS)
    assert lines[0] == explaining.HEAD.splitlines()[0]
