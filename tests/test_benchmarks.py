"""The floors of the benchmarks: another hand's SQL over the same lake says what the models say, and an
empty run has the shape of the product's own. Nothing is timed here.
"""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from benchmarks import core, empty, floor, latency, parts, world
from expectations import beside, candidate, receipts
from ingestion.home import Home
from orchestration import project, selection
from publication import release as releases
from tests import few

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


def test_a_small_delivery_beside_an_empty_run_of_the_same_shape(few_copy, monkeypatch):
    monkeypatch.setenv("PETITION_CLOCK", "2026-04-01T09:00:00")  # each delivery sets it on
    monkeypatch.setattr(project, "_sources", few.sources())
    judged = {}
    for module in (receipts, candidate, beside):
        judge = module.judge

        def counted(frame, rules, name, judge=judge):
            judged[name] = len(rules)
            return judge(frame, rules, name)

        monkeypatch.setattr(module, "judge", counted)
    asked, gathered = [], selection.gathered

    def noted(*given):
        asked.extend(gathered(*given).values())
        return gathered(*given)

    monkeypatch.setattr(selection, "gathered", noted)
    nothing, project_folder = Home(few_copy.work / "empty"), few_copy.work / "floor"
    shape = empty.write_project(few_copy, project_folder)
    low = latency.floor(nothing, project_folder)
    before = releases.load(few_copy, None).manifest["known_to"]
    high = latency.warm(few_copy)
    assert releases.load(few_copy, None).manifest["known_to"] > before
    assert nothing.pointer.exists()
    assert judged == empty.EXPECTATIONS, "the floor's gate asks as much as the product's"
    assert len(low.parts.nodes) == sum(shape.values())
    assert len(asked) == 2, "the product asks the declared tests of each of its two builds as one"
    assert len(high.parts.nodes) == sum(shape.values()) - sum(map(len, asked)) + len(asked)
    assert set(high.parts.seconds) == set(low.parts.seconds) | {"door"} == set(parts.PARTS)
    assert latency.table([low], [high], shape).count("\n") > len(parts.PARTS)
