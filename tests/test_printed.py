"""Printed percentages: the ways of rounding against Python's own decimals, and what a figure may be made of."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.display import number
from publication.printed import (
    HOUSE_DECIMALS,
    Method,
    NotAPercentage,
    feasible,
    percent,
    read,
    stated_percent,
)
from tests.conftest import ROOT

UP, EVEN, CUT = Method.HALF_UP, Method.HALF_EVEN, Method.TRUNCATED
PYTHONS = {UP: ROUND_HALF_UP, EVEN: ROUND_HALF_EVEN, CUT: ROUND_DOWN}
NUMS, DENS = st.integers(-20_000, 20_000), st.integers(1, 20_000)
DECIMALS, METHODS = st.integers(0, 4), st.sampled_from(Method)


@settings(deadline=None)
@given(NUMS, DENS, DECIMALS, METHODS)
def test_printing_rounds_as_python_does(num, den, decimals, method):
    exact = Context(prec=60).divide(
        Decimal(100 * num), Decimal(den)
    )  # far more digits than it takes
    want = exact.quantize(Decimal(1).scaleb(-decimals), PYTHONS[method])
    got = percent(num, den, decimals, method)
    assert got == want
    assert got.as_tuple().exponent == -decimals
    assert str(got) == str(want).removeprefix("-" if want == 0 else "")


@settings(deadline=None)
@given(NUMS, DENS, DECIMALS, METHODS)
def test_what_a_method_printed_reads_as_that_method(num, den, decimals, method):
    text = f"{percent(num, den, decimals, method)}%"
    found = read(num, den, text)
    assert method in found.methods
    assert found.difference == 0


@settings(deadline=None)
@given(st.integers(0, 200), st.integers(1, 150), st.integers(0, 2), st.sampled_from([1, -1]))
def test_a_reading_s_methods_are_those_that_print_it(num, den, decimals, sign):
    """Also of texts that are near and not the figure; the difference is to the nearest of the prints."""
    step = Decimal(1).scaleb(-decimals)
    exact = percent(sign * num, den, decimals)
    for stated in (exact - 2 * step, exact - step, exact, exact + step):
        found = read(sign * num, den, str(stated))
        prints = [percent(sign * num, den, decimals, method) for method in Method]
        assert found.methods == tuple(m for m, p in zip(Method, prints, strict=True) if p == stated)
        assert abs(found.difference) == min(abs(stated - p) for p in prints)
        assert (found.difference == 0) == bool(found.methods)


@settings(deadline=None)
@given(st.integers(-1200, 1200), st.integers(1, 130), st.integers(0, 1))
def test_a_figure_is_feasible_if_and_only_if_some_numerator_prints_it(last_digits, den, decimals):
    stated = Decimal(last_digits).scaleb(-decimals)
    most = 15 * den
    signed = range(0, most) if stated >= 0 else range(-most, 0)
    by_trying = {
        method: [n for n in signed if percent(n, den, decimals, method) == stated]
        for method in Method
    }
    found = feasible(str(stated), den)
    assert {m: [*numerators] for m, numerators in found.items()} == {
        m: numerators for m, numerators in by_trying.items() if numerators
    }


@settings(deadline=None)
@given(st.integers(0, 1000), st.integers(1000, 5000))
def test_a_large_denominator_refutes_nothing(last_digits, den):
    assert {UP, CUT} <= feasible(str(Decimal(last_digits).scaleb(-1)), den).keys()


@pytest.mark.parametrize(
    ("num", "den", "text", "methods"),
    [
        (1, 4, "25", (UP, EVEN, CUT)),  # exact: all ways print it
        (2, 3, "66.7", (UP, EVEN)),
        (2, 3, "66.6", (CUT,)),
        (1, 16, "6.3", (UP,)),  # 6.25, a half: carried
        (1, 16, "6.2", (EVEN, CUT)),  # not carried: one figure cannot tell these two apart
        (3, 16, "18.8", (UP, EVEN)),  # 18.75: both carry, 7 is odd
        (-1, 16, "-6.3", (UP,)),  # the amount is rounded, then the minus put back
        (-1, 16, "-6.2", (EVEN, CUT)),
        (2, 3, "66.5", ()),
        (569, 569, "100", (UP, EVEN, CUT)),
        (569, 569, "100.00％", (UP, EVEN, CUT)),
        (Decimal("1121.0000"), Decimal("1133.0000"), "98.94", (UP, EVEN, CUT)),
        (0, 7, "-0.0", (UP, EVEN, CUT)),
    ],
)
def test_which_ways_give_what_was_printed(num, den, text, methods):
    assert read(num, den, text).methods == methods


def test_a_figure_is_rounded_once():
    """83.34995 of a hundred: six digits of the rate make it 83.35, and then a half is carried."""
    assert percent(836, 1003) == Decimal("83.3")


def test_what_is_no_fraction_is_impossible():
    found = read(0, 0, "100")
    assert found.impossible and found.methods == () and found.difference is None
    assert found.sentence("甲") == "甲：印作 100%，但没有分母，印不出百分数。"
    assert feasible("100", 0) == {}
    with pytest.raises(ZeroDivisionError):
        percent(0, 0)


@pytest.mark.parametrize("text", ["", "约98%", "98.", ".5", "1e2", "98,9", "9 8", "NaN", "98%%"])
def test_what_is_no_percentage_is_refused(text):
    with pytest.raises(NotAPercentage):
        stated_percent(text)


@pytest.mark.parametrize(
    ("num", "den", "text", "sentence"),
    [
        (2, 3, "66.7", "甲：印作 66.7%，与 2/3 四舍五入相符。"),
        (2, 3, "66.6", "甲：印作 66.6%，是 2/3 去尾所得，四舍五入应为 66.7%。"),
        (1, 16, "6.2", "甲：印作 6.2%，是 1/16 五成双或去尾所得，四舍五入应为 6.3%。"),
        (
            2, 3, "66.2",
            "甲：印作 66.2%，按 2/3 重算，四舍五入为 66.7%、去尾为 66.6%，相差 -0.4 个百分点，"
            "哪种取舍都印不出。以 3 为分母，哪个整数分子都不可得。请核对原文和底数。",
        ),
        (
            Decimal("43.0000"), Decimal("139.0000"), "30.2",
            "甲：印作 30.2%，按 43/139 重算，四舍五入为 30.9%，相差 -0.7 个百分点，"
            "哪种取舍都印不出。以 139 为分母，分子是 42 时四舍五入可得。请核对原文和底数。",
        ),
        (
            Decimal("1.5"), Decimal("2.5"), "61",
            "甲：印作 61%，按 1.5/2.5 重算，四舍五入为 60%，相差 +1 个百分点，"
            "哪种取舍都印不出。请核对原文和底数。",
        ),
    ],
)  # fmt: skip
def test_it_is_said_in_words(num, den, text, sentence):
    assert read(num, den, text).sentence("甲") == sentence


def test_71_3_needs_a_numerator_that_there_is():
    """The example of the GRIM test's use on a share: 71.3% of fewer than 100."""
    assert [n for n in range(1, 100) if UP in feasible("71.3", n)] == [80, 87, 94]
    assert feasible("71.3", 87) == {UP: range(62, 63), EVEN: range(62, 63)}


class TestHouse:
    """The house prints half-up, once, to the tenths by which ranks tie."""

    def test_a_half_is_carried(self):
        row = {"value": 0.0625, "num": Decimal("1.0000"), "den": Decimal("16.0000")}
        assert number(row | {"kind_code": "share"}) == "6.3%"

    def test_the_fraction_is_rounded_and_not_the_stored_rate(self):
        row = {"value": 0.8335, "num": Decimal("836.0000"), "den": Decimal("1003.0000")}
        assert number(row | {"kind_code": "share"}) == "83.3%"

    def test_what_is_no_percentage_has_its_unit(self):
        days = {"value": 54.85, "num": Decimal("1097.0000"), "den": Decimal("20.0000")}
        for kind in ("mean", "mean_stock"):
            assert number(days | {"kind_code": kind, "unit_name": "天"}) == "54.9 天"
        people = {"value": 0.3449, "num": Decimal("13.8000"), "den": Decimal("400000.0000")}
        unit = "件/万人"
        assert number(people | {"kind_code": "per_capita", "unit_name": unit}) == f"0.3 {unit}"

    def test_ranks_tie_by_what_is_printed(self):
        seed = pd.read_csv(
            ROOT / "dbt_project/seeds/ref_publication_threshold.csv", dtype=str
        ).set_index("threshold_code")
        step = Decimal(seed.loc["printed_step", "threshold_value"])
        assert 100 * step == Decimal(1).scaleb(-HOUSE_DECIMALS)
