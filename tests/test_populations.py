"""Populations: a home's own are read as strictly as other rules, and a figure made of one says which it is."""

import pytest

from ingestion import rule_tables
from publication import explain as explaining
from publication import release as releases

HEADER = "region_code,year,kind_code,person_count,source\n"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("98,2020,resident,1000,普查", "region_code"),
        ("980000000000,2020年,resident,1000,普查", "year"),
        ("980000000000,2020,常住,1000,普查", "kind_code"),
        ("980000000000,2020,resident,一千,普查", "person_count"),
        ("980000000000,2020,resident,1000,", "source"),
    ],
)
def test_a_population_that_cannot_be_used_is_refused(tmp_path, row, column):
    (tmp_path / "populations.csv").write_text(HEADER + row + "\n", "utf-8")
    with pytest.raises(rule_tables.RuleError, match=f"populations.csv 第 2 行的 {column}"):
        rule_tables.load_table("populations", tmp_path)


def test_a_home_replaces_a_population_and_adds_one(tmp_path):
    rows = "110000000000,2020,resident,1,本地\n980000000000,2020,resident,2,本地\n"
    (tmp_path / "populations.csv").write_text(HEADER + rows, "utf-8")
    told = rule_tables.load_table("populations", tmp_path).to_pylist()
    counts = {r["region_code"]: r["person_count"] for r in told}
    assert (counts["110000000000"], counts["980000000000"]) == ("1", "2")
    assert len(told) == len(rule_tables.load_table("populations", None)) + 1


@pytest.mark.slow
def test_a_figure_by_population_says_of_which_year_and_source(demo_home):
    with explaining.open_serve(releases.load(demo_home, None)) as connection:
        printed = connection.execute(
            "select area_kind_code, level_code, status_code, reason_text, num, den, value"
            " from mart_published_values where indicator_code = 'per_10k'"
        ).fetchall()
        compared = connection.execute(
            "select count(*) from mart_published_yoy where indicator_code = 'per_10k'"
        ).fetchone()
        ranked = connection.execute(
            "select distinct rank_status_code from mart_published_ranks"
            " where kind_code in ('mean', 'mean_stock', 'per_capita')"
        ).fetchall()
    assert {row[0] for row in printed} == {"region"}
    assert {row[1] for row in printed} == {"nation", "province", "prefecture", "county"}
    texts = {row[3] for row in printed if row[2] == "published"}
    assert "人口取 2026 年常住人口（示例省统计年鉴），各月、各年同一个数" in texts
    assert all(text.startswith("人口取 20") for text in texts)
    for *_, num, den, value in (row for row in printed if row[2] == "published"):
        assert value == pytest.approx(10_000 * float(num) / float(den), abs=1e-6)
    assert compared == (0,)
    assert ranked == [("not_rankable",)]
