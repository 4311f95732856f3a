"""The floor of the benchmarks: another hand's SQL over the same lake says what the models say."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from benchmarks import core, floor, world
from ingestion.home import Home

pytestmark = pytest.mark.slow


def test_the_floor_and_the_models_make_the_same_facts_and_cells(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PETITION_CLOCK", "2024-01-01T09:00:00")  # the world sets it as it goes
    home, as_of = Home(tmp_path / "home"), datetime.fromisoformat(world.AS_OF)
    told = world.generate(home, 6000, prefectures=1, nights=2)
    assert all(told.values()), told
    core.build(home, as_of - timedelta(days=2))
    for night in (1, 0):  # a build that goes on must end where the script does
        told = world.tell_night(home, as_of.date() - timedelta(days=night))
        assert told["handling_events"] > 5, told
        core.build(home, as_of - timedelta(days=night))
    floor.run(home, tmp_path / "floor.duckdb", as_of)
    found = floor.differences(tmp_path / "floor.duckdb", home.warehouse)
    assert found == dict.fromkeys(found, 0)
    assert set(found) == {*floor.FACTS, "cells"}
