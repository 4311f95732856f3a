"""Heaping at a target: what gathers just on its good side is found, what rises, falls or varies by itself is not."""

import numpy as np
import pandas as pd
import pytest

from publication.statistics import heaping, shares

LEAST = {"D18": 40}
AS_OF = pd.Timestamp("2026-03-31 23:59:59")
STEPS = np.arange(-heaping.FARTHEST, heaping.FARTHEST)


def gaps(numbers, subject="satisfaction|project|90") -> pd.DataFrame:
    """Return the counts of a province: a number for each step from ten short of the target to nine beyond."""
    return pd.DataFrame({
        "family_code": "p", "org_code": "p-xf", "subject_code": subject, "gap_no": STEPS,
        "n": np.asarray(numbers, int),
    })  # fmt: skip


def heaped(numbers, share: float) -> np.ndarray:
    """Move a share of the months a step short of the target to it."""
    moved = np.array(numbers, float)
    over = moved[STEPS == -1] * share
    moved[STEPS == 0] += over
    moved[STEPS == -1] -= over
    return moved.round()


def test_what_gathers_at_the_target_is_found():
    found = heaping.tested(gaps(heaped(np.full(20, 40), 0.7)), LEAST, AS_OF).iloc[0]
    assert found.q_value < 0.001 and found.subject_code == "satisfaction|project|90"
    assert (found.n, found.asked_count, found.rest_count) == (80, 68, 12)
    assert (found.peer_count, found.peer_n, found.peer_asked_count) == (8, 640, 320)
    assert found.month_start_date == pd.Timestamp("2026-03-01") and [*found.index] == shares.COLUMNS


@pytest.mark.parametrize("by", [-0.15, 0.0, 0.15])
def test_a_rise_or_a_fall_alone_is_not_asked_about(by):
    assert (heaping.tested(gaps(40 * np.exp(by * STEPS)), LEAST, AS_OF)["q_value"] > 0.05).all()


def test_values_that_vary_everywhere_are_their_own_measure():
    uneven = 60 * np.random.default_rng(7).lognormal(0, 0.6, len(STEPS))
    assert (heaping.tested(gaps(uneven), LEAST, AS_OF)["q_value"] > 0.05).all()


def test_too_few_months_or_placebo_values_are_not_tested():
    assert heaping.tested(gaps(heaped(np.full(20, 15), 0.9)), LEAST, AS_OF).empty
    assert heaping.tested(gaps(np.where(np.abs(STEPS) <= 2, 100, 0)), LEAST, AS_OF).empty
    assert heaping.tested(gaps(np.full(20, 40)), {}, AS_OF).empty
    assert heaping.tested(gaps(np.full(20, 40)).iloc[:0], LEAST, AS_OF).empty


def test_targets_of_a_province_are_one_family():
    odd = [gaps(heaped(np.full(20, 40), 0.7), subject) for subject in ("a", "b", "c")]
    found = heaping.tested(pd.concat(odd), LEAST, AS_OF)
    assert list(found["subject_code"]) == ["a", "b", "c"]
    assert (found["q_value"] >= found["p_value"]).all()
