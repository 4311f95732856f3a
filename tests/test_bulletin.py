"""What an issue says of a region: every figure as the release has it, nothing of what is held or suppressed."""

import csv
import json
import stat
from datetime import date, datetime

import pytest

from publication import editions, issues
from publication import release as releases
from publication.bulletin import rendering
from publication.bulletin.contents import NoFigures, contents
from publication.bulletin.layout import Edition, layout
from publication.bulletin.revisions import KEY, SAID
from publication.calendar import entries, regions_of

pytestmark = pytest.mark.slow
PROVINCE, CITY = "980000000000", "980100000000"
NUMBERS = ("num", "den", "value", "value_low", "value_high", "excluded_count")


@pytest.fixture(scope="module")
def release(demo_home) -> releases.Release:
    return releases.load(demo_home, None)


def _entry(series: str = "monthly_assessment"):
    found = entries(None, datetime(2026, 4, 1), datetime(2026, 4, 25))
    return next(e for e in found if e.series_code == series)


@pytest.fixture(scope="module")
def said(release) -> dict:
    return contents(release, _entry(), PROVINCE)


def _key(row: dict) -> tuple:
    return tuple(row[name] for name in KEY)


def test_every_figure_is_the_release_s(release, said):
    told = {}
    with (release.folder / "public" / "values" / "2026.csv").open(encoding="utf-8-sig") as source:
        for row in csv.DictReader(source):
            if row["area_kind_code"] == "region" and row["cut_code"] == "all":
                told[_key(row)] = row
    areas = {a["area_code"] for a in said["areas"]}
    assert PROVINCE in areas and CITY in areas
    codes = [a["area_code"] for a in said["areas"]]
    assert codes == [PROVINCE, *sorted(codes[1:])], (
        "the region itself, then those below by their code"
    )
    of_issue = [k for k, row in told.items() if row["period"] in ("2026-03", "2026")]
    wanted = {k for k in of_issue if told[k]["area_code"] in areas}
    wanted = {key for key in wanted if key[2] == "2026-03"}
    of_release = [row for row in said["figures"] if row["period"] == "2026-03"]
    assert {_key(row) for row in of_release} == wanted
    for row in of_release:
        there = told[_key(row)]
        assert row["release_status"] == there["status_code"]
        for name in ("num", "den", "value"):
            assert row[name] == (float(there[name]) if there[name] else None), _key(row)


def test_nothing_is_said_of_what_is_not_printed(said):
    kept_back = [row for row in said["figures"] if row["release_status"] != "published"]
    assert {"held", "suppressed"} >= {row["release_status"] for row in kept_back} != set()
    for row in kept_back:
        assert [row[name] for name in NUMBERS] == [None] * len(NUMBERS), _key(row)
        assert row["reason_text"] and not row["checks"] and row["observation_status"] in ([], ["r"])
        if row["rank"]:
            assert row["rank"]["rank"] is None and row["rank"]["printed_value"] is None
        if row["year_over_year"]:
            assert row["year_over_year"]["yoy_percent"] is None
            assert row["year_over_year"]["yoy_points"] is None
    months = [month for one in said["series"] for month in one["months"]]
    assert all((m["value"] is None) or m["status_code"] == "published" for m in months)
    assert len(months) > len(said["series"])


def test_what_is_said_beside_a_figure_says_how_far_it_may_be_relied_on(said):
    marks = {mark for row in said["figures"] for mark in row["observation_status"]}
    assert {"p", "u"} <= marks
    for row in said["figures"]:
        if row["release_status"] == "published" and row["period"] == "2026-03":
            families = [check["family_code"] for check in row["checks"]]
            assert families == ["arithmetic", "definition", "reconciliation", "timing"], _key(row)
            failed = any(check["answer_code"] == "failed" for check in row["checks"])
            assert ("p" in row["observation_status"]) == (failed or row["missing_count"] > 0)
    told = {(i["indicator_code"], i["variant"]) for i in said["indicators"]}
    assert told == {(row["indicator_code"], row["variant"]) for row in said["figures"]}


def test_the_same_release_says_the_same(release, said):
    again = contents(release, _entry(), PROVINCE)
    assert json.dumps(again, ensure_ascii=False) == json.dumps(said, ensure_ascii=False)


def test_what_the_issue_before_said_otherwise_is_a_revision(release, said):
    before = json.loads(json.dumps(said))
    printed = next(r for r in before["figures"] if r["release_status"] == "published" and r["den"])
    held = next(r for r in before["figures"] if r["release_status"] == "held")
    printed["num"], held["num"], held["release_status"] = 7_654_321, 1_234_567, "published"
    now = contents(release, _entry(), PROVINCE, before)
    found = {_key(row): row for row in now["revisions"]}
    assert set(found) == {_key(printed), _key(held)}
    assert found[_key(printed)]["before_num"] == 7_654_321
    assert found[_key(held)]["before_num"] is None, "it was printed once, and is not any more"
    assert "1234567" not in json.dumps(now)
    revised = {_key(row) for row in now["figures"] if "r" in row["observation_status"]}
    assert revised == set(found)
    assert set(SAID) <= {name.removeprefix("now_") for name in found[_key(printed)]}


def test_a_region_without_a_figure_is_no_issue(release):
    with pytest.raises(NoFigures, match="没有 110000000000"):
        contents(release, _entry(), "110000000000")


def test_the_rule_says_for_whom_an_issue_is_made(demo_copy):
    text = "region_code,series_code,valid_from,valid_to,source\n"
    rows = [
        f"{PROVINCE},monthly_assessment,2026-01-01,,测试",
        "110000000000,monthly_assessment,2026-01-01,,测试",
        f"{CITY},monthly_assessment,2026-01-01,2026-03-30,测试",
        f"{CITY},quarterly_review,2026-01-01,,测试",
    ]
    (demo_copy.rules / "issue_regions.csv").write_text(text + "\n".join(rows) + "\n", "utf-8")
    entry = _entry()
    assert regions_of(demo_copy.rules, entry) == ["110000000000", PROVINCE]
    release = releases.load(demo_copy, None)
    place = issues._make(demo_copy, entry, release)
    whole = json.loads((place / "issue.json").read_text("utf-8"))
    assert whole["regions"][PROVINCE] is None
    assert "没有 110000000000" in whole["regions"]["110000000000"]
    said = editions.said_in(place / PROVINCE)
    assert said.pop("edition")["signed_by"] is None
    assert said == contents(release, entry, PROVINCE, rules=demo_copy.rules)
    draft = place / PROVINCE / "draft"
    assert [stat.S_IMODE(p.stat().st_mode) for p in (draft, draft / "internal")] == [0o750, 0o750]


def test_the_annual_report_says_the_four_items_of_the_regulation(release):
    found = entries(None, datetime(2026, 1, 1), datetime(2026, 2, 1))
    said = contents(release, next(e for e in found if e.series_code == "annual_report"), PROVINCE)
    assert [line["item_no"] for line in said["items"]] == sorted(
        line["item_no"] for line in said["items"]
    )
    items = layout(said, Edition())["items"]
    assert [item["number"] for item in items] == [1, 2, 3, 4]
    assert all(line["said"] != "本期没有数字" for item in items for line in item["lines"])
    volume = next(f for f in said["figures"] if f["indicator_code"] == "volume" and f["variant"] == "project"
                  and f["period"] == "2025" and f["area_code"] == PROVINCE)  # fmt: skip
    lines = {line["label"]: line for line in said["items"]}
    assert items[0]["lines"][0]["said"] == f"{volume['num']:,} 件"
    assert sum(part["num"] for part in lines["按信访形式"]["parts"]) == volume["num"]
    organs = [part["den"] for part in lines["件数较多的责任单位"]["parts"]]
    assert organs == sorted(organs, reverse=True) and len(organs) == 10


def test_a_region_is_told_what_its_offices_still_owe_and_until_when_to_reply(said):
    assert said["issue"]["reply_due_date"] == "2026-04-17"
    assert said["owed"] and {row["status_code"] for row in said["owed"]} == {"owed"}
    page = layout(said, Edition())
    owing = [area for area in page["areas"] if area["owed"]]
    assert owing and all(row["due_date"] for area in owing for row in area["owed"])


@pytest.mark.parametrize(
    ("series", "main"),
    [("weekly_summary", "2026-03"), ("half_monthly_bulletin", "2026-03"), ("monthly_assessment", "2026-03"),
     ("quarterly_review", "2026-Q1"), ("annual_report", "2025")],
)  # fmt: skip
def test_an_issue_of_every_cadence_is_rendered_with_its_evidence(few_home, tmp_path, series, main):
    release = releases.load(few_home, None)
    found = entries(None, datetime(2026, 1, 1), datetime(2026, 4, 25))
    entry = [e for e in found if e.series_code == series and e.last_date <= date(2026, 3, 31)][-1]
    said = contents(release, entry, CITY)
    assert said["issue"]["main_period"] == main
    rendering.render(said, Edition(), release, tmp_path)
    printed = [
        f for f in said["figures"] if f["release_status"] == "published" and f["value"] is not None
    ]
    pages = list((tmp_path / "public" / "evidence").rglob("*.html"))
    assert (
        len(pages)
        == len(list((tmp_path / "internal" / "cases").rglob("*.csv")))
        == len(printed)
        > 20
    )
    assert "owed" not in json.loads((tmp_path / "public" / "issue.json").read_text("utf-8"))
    assert list((tmp_path / "internal" / "letters").iterdir())


def test_a_year_to_date_and_a_quarter_are_the_sums_of_their_months(release):
    found = entries(None, datetime(2026, 1, 1), datetime(2026, 4, 25))
    quarter = contents(release, next(e for e in found if e.period == "2026-Q1"), PROVINCE)
    with releases.open_serve(release) as connection:
        rows = releases.records(connection.execute(MONTHS, [PROVINCE]))
    summed = {}
    for row in rows:
        summed.setdefault((row["indicator_code"], row["variant"]), []).append(row)
    told = 0
    for figure in (
        f for f in quarter["figures"] if f["period"] == "2026-Q1" and f["area_code"] == PROVINCE
    ):
        months = summed[figure["indicator_code"], figure["variant"]]
        if figure["kind_code"].endswith("stock"):
            months = [max(months, key=lambda m: m["period"])]
        if all(m["status_code"] == "published" for m in months):
            told += 1
            assert figure["num"] == float(sum(m["num"] for m in months)), _key(figure)
        else:
            assert figure["num"] is None and figure["release_status"] != "published"
    assert told > 40


MONTHS = """
    select indicator_code, variant, period, status_code, num from mart_published_values
    where area_kind_code = 'region' and cut_code = 'all' and area_code = ? and period between '2026-01' and '2026-03'
"""


def test_a_small_area_s_annual_report_has_no_cuts(release):
    county = "980101000000"
    found = entries(None, datetime(2026, 1, 1), datetime(2026, 2, 1))
    said = contents(release, next(e for e in found if e.series_code == "annual_report"), county)
    cuts = [line for line in said["items"] if line["part_code"].startswith("cut:")]
    assert cuts and not any(line["parts"] for line in cuts)


def test_of_a_small_area_no_check_says_how_many_cases_differ(release):
    said = contents(release, _entry(), CITY)
    small = [
        f
        for f in said["figures"]
        if f["level_code"] not in ("province", "prefecture") and f["checks"]
    ]
    texts = {
        c["answer_text"] for f in small for c in f["checks"] if c["family_code"] == "reconciliation"
    }
    assert texts and not [t for t in texts if "件" in t and any(ch.isdigit() for ch in t)]
