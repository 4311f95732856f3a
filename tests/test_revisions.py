"""Revisions: what was first printed against what was told later, and units whose revisions lean to one side."""

import calendar
import json
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ingestion import published
from ingestion.errors import HouseError
from ingestion.home import Home
from publication import revisions as told
from publication.statistics import revisions as statistics
from tests import commands

AREA = "980101000000"


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


@pytest.fixture
def tell(home, monkeypatch):
    """Publish what months say at the end of a day: {month: value, or (value, definition version), or None for held}."""

    def publish(day: str, figures: dict, indicator: str = "on_time_reply") -> None:
        as_of = datetime.fromisoformat(f"{day}T23:59:59")
        monkeypatch.setenv("PETITION_CLOCK", (as_of + timedelta(hours=9)).isoformat())
        rows = [_figure(indicator, month, said) for month, said in figures.items()]
        table = pa.Table.from_pylist(rows, schema=published.FIGURES)
        published.tell(home, table, f"release-{day}", as_of, list(figures))

    return publish


def petition(home, *words: str):
    """Give the command line some words."""
    return commands.run("orchestration.cli", *words, "--home", str(home.root))


def _figure(indicator: str, month: str, said) -> dict:
    value, version = said if isinstance(said, tuple) else (said, "1.0")
    return {
        "indicator_code": indicator, "variant": "project", "period_kind_code": "month", "period": month,
        "area_kind_code": "region", "area_code": AREA, "cut_code": "all", "cut_value": "all",
        "status_code": "held" if value is None else "published", "num": None, "den": None, "value": value,
        "missing_count": 0, "definition_version": version,
    }  # fmt: skip


def _first_and_later(home, **asked) -> dict:
    found = told.revised(home, **asked)
    return {r.period: (r.first_value, r.later_value) for r in found.itertuples()}


class TestFirstAndLater:
    def test_a_month_is_first_printed_when_it_is_over(self, home, tell):
        tell("2026-03-20", {"2026-03": 0.50})  # of a month that goes on
        tell("2026-04-05", {"2026-03": 0.80})
        tell("2026-06-01", {"2026-03": 0.85})
        tell("2026-07-10", {"2026-03": 0.90})
        assert _first_and_later(home) == {"2026-03": (0.80, 0.85)}
        assert _first_and_later(home, after_days=30) == {"2026-03": (0.80, 0.80)}

    def test_a_figure_that_was_not_told_again_was_not_revised(self, home, tell):
        tell("2026-03-31", {"2026-03": 0.80})
        tell("2026-07-10", {"2026-06": 0.70})
        assert _first_and_later(home) == {"2026-03": (0.80, 0.80)}

    def test_a_month_that_went_on_and_then_said_the_same_was_printed_at_its_end(self, home, tell):
        tell("2026-03-20", {"2026-03": 0.80})
        tell("2026-04-05", {"2026-03": 0.80, "2026-04": 0.10})
        tell("2026-06-30", {"2026-03": 0.60})
        tell("2026-07-10", {"2026-06": 0.70})
        assert _first_and_later(home)["2026-03"] == (0.80, 0.60)

    def test_what_cannot_have_been_told_again_yet_is_left_out(self, home, tell):
        tell("2026-04-05", {"2026-03": 0.80})
        tell("2026-05-05", {"2026-03": 0.85})
        assert _first_and_later(home) == {}

    def test_what_was_told_with_hindsight_has_no_first_print(self, home, tell):
        tell("2026-04-05", {"2025-12": 0.70, "2026-02": 0.75})
        tell("2026-07-10", {"2025-12": 0.71, "2026-02": 0.76})
        assert _first_and_later(home) == {"2026-02": (0.75, 0.75)}

    def test_nothing_published_is_said(self, home):
        with pytest.raises(HouseError, match="还没有发布过"):
            told.revised(home)


class TestTriangle:
    def test_every_telling_is_a_row(self, home, tell):
        tell("2026-04-05", {"2026-03": 0.80})
        tell("2026-05-05", {"2026-03": 0.85, "2026-04": 0.60})
        found = told.triangle(home, "on_time_reply", "project", AREA)
        assert found[["period", "release_id", "value"]].to_numpy().tolist() == [
            ["2026-03", "release-2026-04-05", 0.80],
            ["2026-03", "release-2026-05-05", 0.85],
            ["2026-04", "release-2026-05-05", 0.60],
        ]

    def test_what_was_never_published_is_said(self, home, tell):
        tell("2026-04-05", {"2026-03": 0.80})
        with pytest.raises(HouseError, match="没有发布过指标 volume"):
            told.triangle(home, "volume", "project", AREA)


def _revised(moves: list[float], area: str = AREA, first: float = 0.80) -> pd.DataFrame:
    months = pd.period_range("2024-01", periods=len(moves), freq="M").astype(str)
    return pd.DataFrame({
        "indicator_code": "on_time_reply", "variant": "project", "area_kind_code": "region", "area_code": area,
        "period": months, "first_value": first, "later_value": first + np.array(moves), "redefined_flag": False,
    })  # fmt: skip


class TestLeaning:
    def test_revisions_that_all_go_up_lean(self):
        (row,) = statistics.leaning(
            _revised([0.02, 0.03, 0.01, 0.02, 0.04, 0.02, 0.01, 0.03])
        ).to_dict("records")
        assert (row["n"], row["up_count"], row["down_count"]) == (8, 8, 0)
        assert row["mean_revision"] == pytest.approx(0.0225)
        assert row["relative_revision"] == pytest.approx(0.18 / (8 * 0.80 + 0.18))
        assert row["q_value"] <= 0.01

    def test_one_large_revision_does_not(self):
        (row,) = statistics.leaning(_revised([0.5, *[0.0] * 11])).to_dict("records")
        assert row["mean_revision"] > 0.04
        assert row["q_value"] > 0.05

    def test_revisions_of_one_size_are_judged_by_their_sign(self):
        (row,) = statistics.leaning(_revised([0.01] * 8)).to_dict("records")
        assert row["p_value"] == pytest.approx(2 / 2**8)

    def test_what_was_never_revised_and_too_few_months_are_not_tested(self):
        found = statistics.leaning(
            pd.concat([_revised([0.0] * 12, "a"), _revised([0.02] * 7, "b")])
        )
        assert found["p_value"].isna().all()
        assert found["mean_revision"].tolist() == [0.0, pytest.approx(0.02)]

    def test_another_definition_or_a_held_figure_is_no_revision(self):
        revised = _revised([0.02] * 10)
        revised.loc[0, "redefined_flag"] = True
        revised.loc[1, "later_value"] = np.nan
        (row,) = statistics.leaning(revised).to_dict("records")
        assert (row["n"], row["redefined_count"], row["untold_count"]) == (8, 1, 1)
        assert row["from_period"] == "2024-03"

    def test_where_nothing_leans_few_are_asked_and_one_who_leans_is_found(self):
        """A planted world: a hundred provinces of ten units, months that move with their neighbours; then one leans."""
        rng = np.random.default_rng(20260401)
        false, found = 0, 0
        for _ in range(100):
            noise = rng.normal(0, 0.02, (10, 25))
            moves = noise[:, 1:] + 0.4 * noise[:, :-1]
            even = pd.concat([_revised(list(m), f"{i}") for i, m in enumerate(moves)])
            false += (statistics.leaning(even)["q_value"] <= 0.05).any()
            moves[0] += 0.03
            one = pd.concat([_revised(list(m), f"{i}") for i, m in enumerate(moves)])
            found += statistics.leaning(one).set_index("area_code").loc["0", "q_value"] <= 0.05
        assert false <= 10  # of 100 at 5%; 11 and more have a chance of 1%
        assert found >= 80


def test_the_command_says_who_leans_and_shows_the_triangle(home, tell):
    for month in range(1, 13):
        last = calendar.monthrange(2025, month)[1]
        tell(f"2025-{month:02d}-{last}", {f"2025-{month:02d}": 0.80})
        later = datetime(2025, month, last) + timedelta(days=80)
        tell(f"{later:%Y-%m-%d}", {f"2025-{month:02d}": 0.82})
    found = petition(home, "revisions")
    assert "1 个偏向一边" in found.stdout
    assert "+0.02" in found.stdout
    found = petition(home, "revisions", "on_time_reply", "--region", AREA)
    assert "25-12-31" in found.stdout
    assert "0.82" in found.stdout
    record = json.loads(
        petition(home, "revisions", "on_time_reply", "--region", AREA, "--json").stdout
    )
    assert record["units"][0]["leaning_flag"] is True
    assert len(record["tellings"]) == 24
