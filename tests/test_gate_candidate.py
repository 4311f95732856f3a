"""The gate over the published values: each kind of figure may say what its kind can."""

import pandas as pd
import pytest

from expectations.candidate import judge_candidate
from publication.tables import VALUE_KEY

KEY = dict.fromkeys(VALUE_KEY, "x")


def _broken(kind: str, **figure: float) -> set[str]:
    """Return the names of the rules that one published figure breaks."""
    row = KEY | {"status_code": "published", "kind_code": kind, "reason_text": None}
    row |= (
        dict.fromkeys(("num", "den", "excluded_count", "value", "value_low", "value_high")) | figure
    )
    return {v.name for v in judge_candidate(pd.DataFrame([row]), list(VALUE_KEY)) if not v.passed}


@pytest.mark.parametrize("kind", ["mean", "mean_stock", "per_capita", "count"])
def test_what_is_no_rate_may_be_large_and_has_no_interval(kind):
    assert _broken(kind, num=300, den=12, value=25.0) == set()
    assert _broken(kind, num=300, den=12, value=25.0, value_low=20.0) == {"rate_in_range"}
    assert _broken(kind, num=-3, den=12, value=-0.25) == {"rate_in_range"}


def test_a_rate_is_within_its_interval_and_one():
    held = {"value_low": 0.2, "value_high": 0.9}
    assert _broken("share", num=6, den=12, value=0.5, **held) == set()
    assert "rate_in_range" in _broken("share", num=6, den=12, value=0.95, **held)
    assert "rate_in_range" in _broken("stock", num=24, den=12, value=2.0, **held)


def test_a_kind_that_nobody_knows_is_refused():
    assert "known_kind" in _broken("derived", num=1, den=2, value=0.5)
