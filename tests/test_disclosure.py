"""The attack on hidden figures: a leak of each kind is found, and is not once it is repaired; intervals hold the truth."""

import itertools
import json
import shutil

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.errors import HouseError
from orchestration import releases as gate
from publication import release
from publication.candidate import read_candidate
from publication.disclosure import bounds, judging
from publication.disclosure.attack import Found, Rules, attack
from publication.disclosure.judging import changed, described, judge
from publication.disclosure.rows import Rows
from tests.public_files import HIDDEN, figure, figures, public, tree

RULES = Rules(width=3, printed_step=0.001)
OPEN = {"city": 60, "a": HIDDEN, "b": HIDDEN, "c": 25, "d": 15}  # a and b are 20 together


def kinds(found) -> dict[str, str]:
    """Return of what is narrow which area's figure it is and how it is had."""
    return dict(zip(found.narrow["area_code"], found.narrow["leak_code"], strict=True))


@pytest.fixture
def attacked(tmp_path):
    """Write a public part and attack it; `earlier`: what the releases before it said."""

    def run(values, earlier=(), areas=None, **more):
        written = [
            public(tmp_path / str(n) / "public", said, **(more if n == 0 else {}))
            for n, said in enumerate([values, *earlier])
        ]
        return attack(written[0], written[1:], areas if areas is not None else tree(), RULES)

    return run


def test_two_hidden_siblings_that_may_be_many_numbers_stay_hidden(attacked):
    found = attacked([*figures(**OPEN), *figures("2026-02", city=40, a=10, b=10, c=10, d=10)])
    assert found.narrow.empty and found.hidden_count == 2


SEEN = [
    f for m in ("02", "03", "04") for f in figures(f"2026-{m}", city=40, a=10, b=10, c=10, d=10)
]


def test_one_hidden_sibling_is_had_from_the_total(attacked):
    found = attacked([*SEEN, *figures(**OPEN | {"b": 12})])
    assert kinds(found) == {"a": "level"}
    assert found.narrow["width"].tolist() == [0]


def test_two_hidden_siblings_of_a_small_total_are_too_few_numbers(attacked):
    found = attacked([*SEEN, *figures(city=44, a=HIDDEN, b=HIDDEN, c=25, d=15)])
    assert kinds(found) == {"a": "level", "b": "level"}
    assert found.narrow["width"].tolist() == [2, 2]


def test_where_a_city_may_have_some_of_its_own_the_total_is_a_bound_alone(attacked):
    """No month is printed whole: a case of a place that is no county's may be the city's own."""
    assert attacked(figures(**OPEN | {"b": 12})).narrow.empty


def test_a_hidden_month_is_had_from_its_year(attacked):
    year = [figure("a", 50, period="2026"), figure("a", HIDDEN), figure("a", 46, period="2026-02")]
    assert kinds(attacked(year)) == {"a": "subtotal"}
    two = [figure("a", 60, period="2026"), figure("a", HIDDEN), figure("a", HIDDEN, period="2026-02"),
           figure("a", 46, period="2026-03")]  # fmt: skip
    assert attacked(two).narrow.empty


def test_a_hidden_cut_is_had_from_the_whole(attacked):
    cut = {"cut_code": "channel_code"}
    parts = [
        figure("a", 30, cut_value="letter", **cut),
        figure("a", HIDDEN, cut_value="visit", **cut),
    ]
    assert kinds(attacked([figure("a", 34), *parts])) == {"a": "subtotal"}
    assert attacked([figure("a", HIDDEN), *parts]).narrow.empty


def test_an_organ_is_had_from_its_region_and_the_regions_below(attacked):
    areas = tree(organs=[("office", "a", "county")])
    office = figure("office", HIDDEN, area_kind_code="org")
    found = attacked([figure("a", 14), office], areas=areas, attribution="register")
    assert kinds(found) == {"office": "level"}
    assert attacked([figure("a", 14), office], areas=areas, attribution="place").narrow.empty


def test_a_held_sibling_hides_nothing_as_totals_leave_it_out(attacked):
    held = figure("b", HIDDEN) | {"status_code": "held"}
    rest = [f for f in figures(city=48, a=HIDDEN, c=25, d=15)]
    assert kinds(attacked([*SEEN, *rest, held])) == {"a": "level"}


def test_a_percentage_betrays_its_small_denominator(attacked):
    """71.3 % of fewer than ninety is of 80 or of 87."""
    rate = {"rank_status_code": "small_base", "peer_group_code": "siblings"}
    values = [*SEEN, *figures(city=130, a=HIDDEN, b=HIDDEN, c=25, d=15)]
    rank = figure("a", HIDDEN) | rate
    printed = [rank | {"printed_value": 0.713}]
    assert kinds(attacked(values, ranks=printed)) == {"a": "percentage"}
    assert attacked(values, ranks=[rank]).narrow.empty


def test_a_change_over_the_year_prints_the_base_again(attacked):
    values = [*figures("2025-01", **OPEN), *SEEN]
    row = figure("a", 0) | {"base_period": "2025-01", "yoy_status_code": "compared", "this_num": 9, "this_den": 10,
                            "base_num": 7, "base_den": 8, "comparable_flag": "true"}  # fmt: skip
    assert kinds(attacked(values, yoy=[row]))["a"] == "subtotal"
    untold = {"this_num": None, "this_den": None, "base_num": None, "base_den": None}
    assert attacked(values, yoy=[row | untold]).narrow.empty


def test_some_months_of_a_year_that_a_change_prints_are_a_sum(attacked):
    months = [
        figure("a", den, period=f"2025-0{m}") for m, den in ((1, 30), (2, HIDDEN), (3, HIDDEN))
    ]
    now = [figure("a", 20, period=f"2026-0{m}") for m in (1, 2, 3)]
    row = figure("a", 40, period="2026") | {
        "base_period": "2025", "through_month": 2, "this_num": 40, "this_den": 40, "base_num": 37,
        "base_den": 37, "comparable_flag": "true",
    }  # fmt: skip
    found = attacked([*months, *now], yoy=[row])
    assert list(found.narrow["period"]) == ["2025-02"]
    assert attacked([*months, *now], yoy=[row | {"through_month": 3, "base_den": 60}]).narrow.empty


def test_what_two_versions_hide_in_turn_is_had_from_both(attacked):
    """Neither gives a away: the one hides b with it, the other c; the total and all else is the same."""
    first = [*SEEN, *figures(city=60, a=HIDDEN, b=12, c=HIDDEN, d=15)]
    now = [*SEEN, *figures(**OPEN)]
    found = attacked(now, earlier=[first])
    assert set(kinds(found).values()) == {"version"}
    news = found.narrow[~found.narrow["out_flag"]]
    assert list(news["area_code"]) == ["a"]
    assert described(found) == ["s/project 2026-01：a，由版次推出，区间宽 0"]
    assert attacked(now, earlier=[now]).narrow.empty
    moved = [*SEEN, *figures(city=61, a=HIDDEN, b=12, c=HIDDEN, d=15)]
    assert attacked(now, earlier=[moved]).narrow.empty


def test_what_an_earlier_release_gave_away_by_itself_is_no_news(attacked):
    first = [*SEEN, *figures(**OPEN | {"b": 12})]
    found = attacked([*SEEN, *figures(**OPEN)], earlier=[first])
    assert set(found.narrow["area_code"]) == {"a", "b"} and found.narrow["out_flag"].all()
    assert described(found) == []


def test_only_indicators_that_say_something_else_are_attacked_again(tmp_path):
    other = [figure("a", 3) | {"indicator_code": "t"}]
    one = public(tmp_path / "1" / "public", [*SEEN, *other])
    two = public(tmp_path / "2" / "public", [*SEEN, *figures(**OPEN), *other])
    asked, years = changed(two, one)
    assert asked["indicator_code"].tolist() == ["s"] and years == ["2026"]
    assert changed(two, two)[0].empty


def _two_way(table: np.ndarray, hidden: np.ndarray) -> Rows:
    """The rows and columns of a table with printed margins, over its hidden cells."""
    at = np.flatnonzero(hidden)
    line, column = np.divmod(at, table.shape[1])
    row = np.stack([line, table.shape[0] + column], 1).ravel()
    unknown = np.repeat(np.arange(len(at)), 2)
    margins = np.concatenate([table.sum(1), table.sum(0)])
    known = np.where(hidden, 0, table)
    totals = margins - np.concatenate([known.sum(1), known.sum(0)])
    wanted, row = np.unique(row, return_inverse=True)
    return Rows(
        row, unknown, np.ones(len(row)), totals[wanted].astype(float),
        np.ones(len(wanted), bool), np.zeros(len(wanted), int),
    )  # fmt: skip


def _by_trying(rows: Rows, most: int) -> list[tuple[int, int]]:
    """The least and greatest of each unknown over all tables that the margins allow."""
    unknowns = rows.unknown.max() + 1
    found = [
        values
        for values in itertools.product(range(1, most + 1), repeat=unknowns)
        if (np.bincount(rows.row, np.array(values)[rows.unknown]) == rows.total).all()
    ]
    return [(min(column), max(column)) for column in zip(*found, strict=True)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_an_interval_holds_the_truth_and_is_no_wider_than_need_be(data):
    table = np.array(data.draw(st.lists(st.integers(1, 5), min_size=9, max_size=9))).reshape(3, 3)
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=9, max_size=9))).reshape(3, 3)
    at = np.flatnonzero(hidden)[:4]
    hidden = np.isin(np.arange(9), at).reshape(3, 3)
    if not len(at):
        return
    rows = _two_way(table, hidden)
    low, high = np.ones(len(at)), np.full(len(at), bounds.NEVER)
    whole = np.ones(len(at), bool)
    assert not bounds.propagate(rows, low, high, whole).any()
    width = float(data.draw(st.integers(1, 9)))
    assert bounds.narrowed(rows, low, high, whole, width, 100) == 0
    truth = table.ravel()[at]
    assert ((low <= truth) & (truth <= high)).all()
    for (least, most), under, over in zip(_by_trying(rows, 13), low, high, strict=True):
        assert (under, over) == (least, most) or (
            under <= least and over >= most and most - least >= width
        )


def test_a_refusal_says_which_figures_and_what_to_do_and_no_value():
    key = {
        "indicator_code": "volume",
        "variant": "project",
        "period": "2025",
        "leak_code": "level",
        "width": 1.0,
    }
    rows = [
        key | {"area_code": "980101000000", "out_flag": True},
        key | {"area_code": "980102000000", "out_flag": False},
    ]
    said = judging.refusal(Found(pd.DataFrame(rows)))
    assert "hidden_width" in said and "上一版照常可读" in said
    assert (
        "volume/project 2025：980102000000，由层级推出，区间宽 1" in said
        and "980101000000" not in said
    )
    assert judging.refusal(Found(pd.DataFrame(rows[:1]))) == ""
    assert judging.refusal(Found(pd.DataFrame(columns=["leak_code", "out_flag"]))) == ""


# One county of a city of which all is printed, in the largest such city of the sample.
PLACE = """
    select any_value(figure.indicator_code), any_value(figure.variant), figure.period, max(figure.area_code)
    from read_csv('{file}', header = true, all_varchar = true) as figure
    inner join read_parquet('{regions}') as region on figure.area_code = region.region_code
    where figure.cut_code = 'all' and figure.area_kind_code = 'region' and figure.period = '2025'
        and region.level_code = 'county' and figure.indicator_code = 'volume'
    group by figure.variant, figure.period, region.parent_code
    having count(*) = count(figure.den) and count(*) > 2 and min(cast(figure.den as double)) > 0
    order by sum(cast(figure.den as double)) desc, 2, 4 limit 1
"""
PLANTED = """
    copy (
        select * replace (
            case when {there} then 'suppressed' else status_code end as status_code,
            case when not {there} then num end as num, case when not {there} then den end as den,
            case when not {there} then value end as value
        ) from read_csv('{file}', header = true, all_varchar = true)
    ) to '{target}' (header, delimiter ',')
"""


@pytest.mark.slow
def test_a_county_hidden_alone_in_a_release_of_the_sample_is_found(demo_home, tmp_path):
    current = release.load(demo_home, None)
    planted = tmp_path / "planted"
    shutil.copytree(current.folder, planted)
    file = current.folder / "public" / "values" / "2025.csv"
    regions = current.folder / "internal" / "tables" / "dim_region" / "all.parquet"
    code, variant, period, area = duckdb.execute(
        PLACE.format(file=file, regions=regions)
    ).fetchone()
    there = (f"(indicator_code = '{code}' and variant = '{variant}' and period = '{period}'"
             f" and area_code = '{area}' and cut_code = 'all')")  # fmt: skip
    target = planted / "public" / "values" / "2025.csv"
    target.unlink()
    duckdb.execute(PLANTED.format(there=there, file=file, target=target))
    manifest = json.loads((planted / "public" / "manifest.json").read_text("utf-8"))
    manifest["files"]["public/values/2025.csv"] = "another"
    (planted / "public" / "manifest.json").unlink()
    (planted / "public" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    found = judge(planted, current.folder, [], RULES)
    assert (code, variant, period, area) in set(
        found.narrow[["indicator_code", "variant", "period", "area_code"]].itertuples(
            index=False, name=None
        )
    )
    assert set(found.narrow["indicator_code"]) == {code}
    assert judge(current.folder, current.folder, [], RULES).hidden_count == 0
    assert any(f"{code}/{variant} {period}" in line and area in line for line in described(found))


@pytest.mark.slow
def test_a_release_that_gives_hidden_figures_away_goes_out_only_where_the_thresholds_let_it(
    few_home, monkeypatch
):
    built = read_candidate(few_home.candidate)
    monkeypatch.setattr(judging, "rules", lambda _: (RULES, True))
    with pytest.raises(HouseError, match="推出，区间宽"):
        gate._refuse_betrayed(few_home, built, None)
    monkeypatch.setattr(judging, "rules", lambda _: (RULES, False))
    gate._refuse_betrayed(few_home, built, None)
