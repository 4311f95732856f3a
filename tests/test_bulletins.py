"""Percentages that real bulletins printed, against the house's figures of ledgers made to match them.

Behind each printed percentage stands a list of items (docs/examples/bulletins), told by the office that
printed it: as many lines as the denominator, of which the numerator counts. From landing to release;
what is then printed from the release's figures is held against what the bulletin says.
"""

from datetime import datetime
from decimal import Decimal

import pandas as pd
import pytest

from ingestion import landing, warehouse
from orchestration import project
from publication import candidate, printed
from publication import explain as explaining
from publication import release as releases

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_indicators")]
AS_OF = datetime(2025, 12, 31, 23, 59, 59)
OFFICES = {  # place: (its region, the office that printed the bulletin)
    "安徽淮北市": ("340600000000", "prefecture", "340600-12345"),
    "湖南岳阳君山区": ("430611000000", "county", "430611-12345"),
    "陕西渭南市": ("610500000000", "prefecture", "610500-sz"),
    "陕西铜川市": ("610200000000", "prefecture", "610200-sz"),
    "安徽宁国市": ("341881000000", "county", "341881-12345"),
}
GROWTH = "同比增长率"  # numerator and denominator are no items of one list: the growth, and the year before
FIGURES = """
    select area_code, cut_value, period, status_code, num, den from mart_published_values
    where indicator_code = 'listed_share' and area_kind_code = 'region'
        and period_kind_code = 'month' and cut_code = 'batch_no'
"""


@pytest.fixture(scope="module")
def rates(bulletins) -> pd.DataFrame:
    """Every printed percentage, with the number of the list that stands behind it."""
    found = pd.read_csv(bulletins / "bulletin_rates.csv", dtype=str, keep_default_na=False)
    number = found.groupby("bulletin").cumcount() + 1
    return found.assign(
        list_no=found["bulletin"] + number.map("-{:02d}".format),
        num=found["numerator"].astype(int),
        den=found["denominator"].astype(int),
    )


def _months(period: str, years_back: int = 0) -> list[str]:
    """Return the months of 2021-03, 2018-01..2018-09 or 2021Q4, or of the same so many years before."""
    first, _, last = period.partition("..")
    start, stop = pd.Period(first), pd.Period(last or first)
    months = pd.period_range(start.asfreq("M", "start"), stop.asfreq("M", "end"), freq="M")
    return [str(month - 12 * years_back) for month in months]


def _lines(list_no: str, months: list[str], counted: int, size: int) -> pd.DataFrame:
    """Return a list's lines, spread over its months: so many, of which the first so many count."""
    at = range(size)
    return pd.DataFrame(
        {
            "底册编号": list_no,
            "登记日期": [f"{months[i % len(months)]}-{1 + i % 28:02d}" for i in at],
            "计入分子": ["是" if i < counted else "否" for i in at],
        }
    )


def _list_of(rate) -> pd.DataFrame:
    if rate.metric != GROWTH:
        return _lines(rate.list_no, _months(rate.period), rate.num, rate.den)
    now, before = rate.den + rate.num, rate.den
    return pd.concat(
        [
            _lines(rate.list_no, _months(rate.period), now, now),
            _lines(rate.list_no, _months(rate.period, 1), before, before),
        ]
    )


def _deliver(home, rates: pd.DataFrame) -> None:
    home.rules.mkdir()
    lines = ["org_code,org_name,region_code,level_code,is_petition_office,valid_from,valid_to"]
    for place, (region, level, office) in OFFICES.items():
        lines.append(f"{office},{place}编印单位,{region},{level},false,2010-01-01,")
        folder = home.landing / office
        folder.mkdir(parents=True)
        own = rates[rates["place"] == place]
        listed = pd.concat([_list_of(rate) for rate in own.itertuples()])
        listed["序号"] = listed.groupby("底册编号").cumcount() + 1
        listed.to_csv(folder / "底册.csv", index=False)
    (home.rules / "organisations.csv").write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture(scope="module")
def figures(rates, example_home) -> pd.DataFrame:
    """The published figures of every list, month by month."""
    home = example_home("bulletins")
    _deliver(home, rates)
    taken = landing.take_all(home, settle_seconds=0)
    assert all(t.result.receipt.loaded == t.result.receipt.read > 0 for t in taken)
    warehouse.load(home, AS_OF)
    assert project.failures(project.build(home, [])) == []
    built = candidate.build_candidate(home, home.warehouse, home.candidate, None)
    with explaining.open_serve(releases.publish(home, built)) as connection:
        return connection.execute(FIGURES).df()


def _sums(figures: pd.DataFrame, rate, years_back: int = 0) -> tuple[Decimal, Decimal]:
    months = _months(rate.period, years_back)
    own = figures[
        (figures["area_code"] == OFFICES[rate.place][0])
        & (figures["cut_value"] == rate.list_no)
        & figures["period"].isin(months)
    ]
    assert len(own) == len(months)
    return tuple(sum(Decimal(str(v)) for v in own[column]) for column in ("num", "den"))


@pytest.fixture(scope="module")
def readings(rates, figures) -> list[tuple]:
    """Each printed percentage and how it stands to the house's figure."""
    found = []
    for rate in rates.itertuples():
        num, den = _sums(figures, rate)
        if rate.metric == GROWTH:
            _, before = _sums(figures, rate, years_back=1)
            num, den = den - before, before
        found.append((rate, printed.read(num, den, rate.reported_pct)))
    return found


def _verdict(reading: printed.Reading) -> str:
    """Return the word of the bulletins' own table."""
    if printed.Method.HALF_UP in reading.methods:
        return "round"
    return "floor" if printed.Method.TRUNCATED in reading.methods else "mismatch"


def test_all_figures_are_published(figures):
    assert set(figures["status_code"]) == {"published"}


def test_the_figures_are_the_bulletins_fractions(readings):
    for rate, reading in readings:
        assert (reading.num, reading.den) == (rate.num, rate.den), rate.list_no


def test_54_are_printed_half_up_6_truncated_and_12_neither_way(readings):
    found = {rate.list_no: _verdict(reading) for rate, reading in readings}
    assert found == {rate.list_no: rate.verdict for rate, _ in readings}
    counted = pd.Series(found).value_counts().to_dict()
    assert counted == {"round": 54, "floor": 6, "mismatch": 12}


def test_what_was_rounded_or_truncated_is_printed_again_as_it_was(readings):
    ways = {"round": printed.Method.HALF_UP, "floor": printed.Method.TRUNCATED}
    again = [
        (str(printed.percent(r.num, r.den, int(rate.decimals), ways[rate.verdict])), rate)
        for rate, r in readings
        if rate.verdict in ways
    ]
    assert len(again) == 60
    for text, rate in again:
        assert text == rate.reported_pct, rate.list_no


def test_each_of_the_12_is_said_with_place_metric_printed_recomputed_and_difference(readings):
    said = {
        rate.list_no: (rate, reading.sentence(f"{rate.place} {rate.period} {rate.metric}"))
        for rate, reading in readings
        if not reading.methods
    }
    assert len(said) == 12
    for rate, sentence in said.values():
        nearest = min(
            (Decimal(rate.round_half_up), Decimal(rate.floor)),
            key=lambda p: abs(p - Decimal(rate.reported_pct)),
        )
        parts = (
            f"{rate.place} {rate.period} {rate.metric}：印作 {rate.reported_pct}%",
            f"按 {rate.numerator}/{rate.denominator} 重算，四舍五入为 {rate.round_half_up}%",
            f"相差 {Decimal(rate.reported_pct) - nearest:+} 个百分点",
        )
        assert all(part in sentence for part in parts), sentence
    assert said["B09-01"][1] == (
        "安徽宁国市 2021-08 按时结案率：印作 99.6%，按 591/594 重算，四舍五入为 99.5%，相差 +0.1 个百分点，"
        "哪种取舍都印不出。以 594 为分母，分子是 592 时去尾可得。请核对原文和底数。"
    )


@pytest.mark.parametrize(
    ("bulletin", "identity", "family"),
    [
        ("B01", "类型合计", "类型占比:"),
        ("B01", "来源合计", "来源占比:"),
        ("B03", "类型合计", "类型占比:"),
        ("B06", "分类合计", "分类占比:"),
    ],
)
def test_parts_that_are_printed_as_shares_add_up(bulletins, readings, bulletin, identity, family):
    sums = pd.read_csv(bulletins / "bulletin_sums.csv", dtype=str)
    ((total, holds),) = sums.loc[
        (sums["bulletin"] == bulletin) & (sums["identity"] == identity), ["stated_total", "holds"]
    ].itertuples(index=False)
    parts = [
        reading
        for rate, reading in readings
        if rate.bulletin == bulletin and rate.metric.startswith(family)
    ]
    assert (sum(part.num for part in parts) == int(total)) == (holds == "True")
    assert {part.den for part in parts} == {int(total)}
