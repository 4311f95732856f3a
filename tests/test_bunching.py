"""Bunching at a deadline: what gathers there beyond placebo days is found, what falls or varies by itself is not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publication.statistics import bunching, shares

LEAST = {"D15": 60}
AS_OF = pd.Timestamp("2026-03-31 23:59:59")
DAYS = np.arange(-60, 61)


def days(numbers, clock="reply", province="p") -> pd.DataFrame:
    """Return the counts of a province: a number for each day from -60 to 60."""
    return pd.DataFrame({
        "family_code": province, "org_code": f"{province}-xf", "clock_code": clock, "day_no": DAYS,
        "n": np.asarray(numbers, int), "back_count": np.asarray(numbers, int) // 10,
    })  # fmt: skip


def falling(first=200.0, by=40.0) -> np.ndarray:
    return first * np.exp(-(DAYS + 60) / by)


def bunched(numbers: np.ndarray, share: float) -> np.ndarray:
    """Move a share of what is done in the three days after the due day to the three days up to it."""
    moved = np.array(numbers, float)
    after, upto = (DAYS >= 1) & (DAYS <= 3), (DAYS >= -2) & (DAYS <= 0)
    moved[upto] += moved[after].sum() * share / 3
    moved[after] *= 1 - share
    return moved.round()


def test_what_gathers_before_the_due_day_is_found_with_what_became_of_it():
    found = bunching.tested(days(bunched(falling(), 0.7)), LEAST, AS_OF).iloc[0]
    assert found.q_value < 0.001 and found.subject_code == "reply" and found.org_code == "p-xf"
    assert found.month_start_date == pd.Timestamp("2026-03-01")
    earlier = days(bunched(falling(), 0.7)).query("day_no <= -3")
    assert (
        found.rest_count == earlier["n"].sum()
        and found.rest_back_count == earlier["back_count"].sum()
    )


@pytest.mark.parametrize("by", [15.0, 40.0, 1e9])
def test_a_fall_alone_is_not_asked_about(by):
    assert (bunching.tested(days(falling(by=by)), LEAST, AS_OF)["q_value"] > 0.05).all()


def test_days_that_vary_everywhere_are_their_own_measure():
    random = np.random.default_rng(7)
    uneven = falling(by=1e9) * random.lognormal(0, 0.5, len(DAYS))
    assert (bunching.tested(days(uneven), LEAST, AS_OF)["q_value"] > 0.05).all()


def test_too_few_cases_or_placebo_days_are_not_tested():
    assert bunching.tested(days(bunched(falling(first=4), 0.9)), LEAST, AS_OF).empty
    only_here = np.where(np.abs(DAYS) <= 3, 100, 0)
    assert bunching.tested(days(only_here), LEAST, AS_OF).empty
    assert bunching.tested(days(bunched(falling(), 0.9)), {}, AS_OF).empty


def test_clocks_of_a_province_are_one_family():
    odd = [days(bunched(falling(), 0.7), clock) for clock in ("office", "unit", "reply")]
    alone = bunching.tested(odd[0], LEAST, AS_OF).iloc[0]
    found = bunching.tested(pd.concat(odd), LEAST, AS_OF)
    assert list(found["subject_code"]) == ["office", "reply", "unit"]
    assert (found["q_value"] == alone.p_value).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 300), min_size=121, max_size=121))
def test_whatever_the_days_are_p_is_a_probability(numbers):
    found = bunching.tested(days(numbers), LEAST, AS_OF)
    assert list(found.columns) == shares.COLUMNS and found["p_value"].between(0, 1).all()


def test_who_is_never_late_has_bunched_nothing_by_that():
    punctual = np.where(DAYS <= 0, 100, 0)
    assert (bunching.tested(days(punctual), LEAST, AS_OF)["q_value"] > 0.05).all()
