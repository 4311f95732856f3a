"""Shares among peers: who is tested, against whom, and that nobody is asked for what chance and custom explain."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from benchmarks import findings
from publication.statistics import shares

LEAST = {"C01": 60}


def counts(
    offices: dict[str, tuple[int, int]], family="p", peer="county", month="2026-03-01"
) -> pd.DataFrame:
    """Return a month of offices: code -> (n, asked_count)."""
    return pd.DataFrame([
        {"check_code": "C01", "family_code": family, "peer_code": peer, "org_code": code,
         "month_start_date": pd.Timestamp(month), "n": n, "asked_count": k, "asked_back_count": k // 2,
         "rest_back_count": 1}
        for code, (n, k) in offices.items()
    ])  # fmt: skip


def like(number: int, n: int = 100, k: int = 10) -> dict[str, tuple[int, int]]:
    return {f"o{i}": (n, k) for i in range(number)}


def of(found: pd.DataFrame, office: str) -> pd.Series:
    return found.set_index("org_code").loc[office]


def test_only_as_many_months_are_pooled_as_make_the_minimum():
    months = [counts(like(8, 25, 2), month=f"2026-{m:02d}-01") for m in (1, 2, 3)]
    found = of(
        shares.tested(pd.concat([*months, counts(like(8, 999, 9), month="2025-01-01")]), LEAST),
        "o1",
    )
    assert (found.n, found.asked_count) == (75, 6)
    assert (found.from_month_date, found.month_start_date) == (
        pd.Timestamp("2026-01-01"),
        pd.Timestamp("2026-03-01"),
    )


def test_an_office_of_too_few_cases_is_not_tested_but_is_among_the_peers():
    found = shares.tested(counts(like(8) | {"few": (59, 59)}), LEAST)
    assert "few" not in set(found["org_code"])
    assert of(found, "o1").peer_count == 8 and of(found, "o1").peer_n == 700 + 59


@pytest.mark.parametrize("peers", [0, 1, 3])
def test_nobody_is_tested_among_too_few_peers(peers):
    assert shares.tested(counts(like(peers + 1) | {"o0": (100, 90)}), LEAST).empty


def test_an_office_is_compared_with_its_own_kind_alone():
    far = counts({f"f{i}": (100, 90) for i in range(8)}, peer="township")
    found = shares.tested(pd.concat([counts(like(8)), far]), LEAST)
    assert (found["q_value"] > 0.5).all()


def test_where_offices_are_alike_the_test_is_fishers():
    found = of(shares.tested(counts(like(8, 100, 10) | {"o0": (100, 25)}), LEAST), "o0")
    fisher = stats.fisher_exact([[25, 75], [70, 630]], alternative="greater").pvalue
    assert found.p_value == pytest.approx(fisher, rel=1e-6)


def test_what_is_ordinary_among_offices_is_not_asked_about():
    spread = {f"o{i}": (400, k) for i, k in enumerate((20, 90, 40, 110, 60, 30, 100, 75))}
    assert (shares.tested(counts(spread), LEAST)["q_value"] > 0.05).all()
    alone = {f"o{i}": (400, 40) for i in range(8)} | {"o3": (400, 110)}
    assert of(shares.tested(counts(alone), LEAST), "o3").q_value < 0.001


def test_a_family_is_corrected_by_itself():
    odd = like(8) | {"o0": (100, 22)}
    own = of(shares.tested(counts(odd), LEAST), "o0")
    others = counts({f"x{i}": (100, 10) for i in range(200)}, family="q")
    assert of(shares.tested(pd.concat([counts(odd), others]), LEAST), "o0").q_value == own.q_value


def test_a_share_that_is_known_is_tested_without_peers():
    flips = counts({"o0": (20, 19), "o1": (20, 11), "few": (9, 9)})
    found = shares.tested(flips.assign(check_code="D14"), {"D14": 10})
    assert list(found["org_code"]) == ["o0", "o1"] and (found["peer_count"] == 0).all()
    assert of(found, "o0").p_value == pytest.approx(stats.binomtest(19, 20, 0.5, "greater").pvalue)
    assert of(found, "o1").q_value > 0.3


def test_what_became_of_the_cases_is_handed_on():
    months = [counts(like(8, 40, 10), month=f"2026-{m:02d}-01") for m in (1, 2)]
    found = of(shares.tested(pd.concat(months), LEAST), "o1")
    assert (found.asked_back_count, found.rest_back_count) == (10, 2)


def test_nothing_is_told_of_nothing():
    none = counts({"o": (1, 0)}).iloc[:0]
    assert list(shares.tested(none, LEAST).columns) == shares.COLUMNS


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 300), st.floats(0, 1)), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_p_is_a_probability_and_the_order_of_rows_does_not_matter(drawn, random):
    offices = {f"o{i}": (n, round(n * share)) for i, (n, share) in enumerate(drawn)}
    rows = counts(offices)
    found = shares.tested(rows, LEAST)
    assert (
        found["p_value"].between(0, 1).all()
        and (found["q_value"] >= found["p_value"] - 1e-12).all()
    )
    order = [*range(len(rows))]
    random.shuffle(order)
    pd.testing.assert_frame_equal(found, shares.tested(rows.iloc[order], LEAST))


@pytest.mark.slow
def test_planted_worlds_are_asked_and_clean_ones_are_not():
    """The short form of `make bench-findings`: the model's own SQL over planted facts, 80 provinces."""
    found = findings.measured(80)
    assert set(found.index) == {*findings.USUAL, "D15", "D18"}
    chance = stats.binom.ppf(0.999, 80, findings.LEVEL) / 80
    assert (found["false_clean"] <= chance).all(), found
    assert (found["power_clean"] >= 0.8).all() and (found["power_differing"] >= 0.6).all(), found
    assert np.isfinite(found.to_numpy()).all()
