"""The samples are the same every time, and their answers agree with themselves."""

import hashlib
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from samples import generate
from samples.rules import Home

# what belongs to a place but to an office elsewhere: offices do not add up to it
ELSEWHERE = (
    "backlog_resolution", "backflow", "leader_coverage", "leader_case_resolution", "creation_pass",
    "source_trace",
    "assignment_open_days",
)  # fmt: skip
DAYS = ("assignment_open_days", "handling_days")


def _weekend(day: date) -> bool:
    return day.weekday() >= 5


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("samples")
    generate(out, scale=0.15, days_off=_weekend)
    return out


@pytest.fixture(scope="module")
def truth(tree: Path) -> dict:
    return json.loads((tree / "truth.json").read_text(encoding="utf-8"))


def _sum(row: dict) -> Counter:
    total = Counter({f"excluded {reason}": n for reason, n in row["excluded"].items()})
    total.update(num=row["num"], den=row["den"])
    return total


def _to_the_fen(total: Counter) -> dict:
    return {what: round(n, 2) for what, n in total.items() if n}


def _subjects(row: dict) -> int:
    return row["den"] + sum(row["excluded"].values())


def test_two_runs_give_the_same_bytes(tree: Path, tmp_path: Path) -> None:
    generate(tmp_path, scale=0.15, days_off=_weekend)
    assert _hashes(tmp_path) == _hashes(tree)


def test_another_seed_gives_another_world(tree: Path, tmp_path: Path) -> None:
    generate(tmp_path, seed=7, scale=0.15, days_off=_weekend)
    assert _hashes(tmp_path)["truth.json"] != _hashes(tree)["truth.json"]


def test_a_region_is_the_sum_of_its_children_and_its_own(truth: dict) -> None:
    home = Home()
    by_office: dict[tuple, Counter] = {}
    by_region: dict[tuple, Counter] = {}
    below: dict[tuple, Counter] = {}
    for row in truth["org_values"]:
        region = home.organs[row["org_code"]].region
        key = (row["indicator"], row["variant"], row["period"], region)
        by_office.setdefault(key, Counter()).update(_sum(row))
    for row in truth["values"]:
        if row["cut_code"] != "all" or row["indicator"] in {*ELSEWHERE, "matters", "per_10k"}:
            continue
        if row["variant"] == "by_problem_place":
            continue
        key = (row["indicator"], row["variant"], row["period"])
        by_region[*key, row["region_code"]] = _sum(row)
        parent = home.regions[row["region_code"]].parent
        below.setdefault((*key, parent), Counter()).update(_sum(row))
    assert by_region
    for key, total in by_region.items():
        parts = below.get(key, Counter()) + by_office.get(key, Counter())
        assert _to_the_fen(total) == _to_the_fen(parts), key


def test_matters_are_fewer_than_the_sum_of_their_areas(truth: dict) -> None:
    """A matter of two counties is one in the province; of one it is one in both."""
    home, counted = Home(), {}
    for row in truth["values"]:
        if row["indicator"] == "matters" and row["cut_code"] == "all":
            counted[row["variant"], row["period"], row["region_code"]] = row["num"]
    below: Counter = Counter()
    for (variant, period, region), matters in counted.items():
        below[variant, period, home.regions[region].parent] += matters
    parents = {key for key in counted if key in below}
    assert any(counted[key] < below[key] for key in parents)
    for variant, period, region in parents:
        own = [
            c
            for (v, p, r), c in counted.items()
            if (v, p) == (variant, period) and home.regions[r].parent == region
        ]
        assert counted[variant, period, region] >= max(own)


def test_cuts_and_reasons_leave_nobody_out(truth: dict) -> None:
    everything: dict[tuple, int] = {}
    cut: Counter = Counter()
    for row in truth["values"]:
        assert row["num"] >= 0 and (row["indicator"] in DAYS or row["num"] <= row["den"])
        key = (row["indicator"], row["variant"], row["period"], row["region_code"])
        if row["indicator"] == "per_10k":
            continue
        if row["cut_code"] == "all":
            everything[key] = _subjects(row)
        else:
            cut[*key, row["cut_code"]] += _subjects(row)
    assert cut
    assert all(everything[key[:4]] == count for key, count in cut.items())


def test_the_volume_is_every_registration_told(truth: dict) -> None:
    years = [
        row
        for row in truth["values"]
        if (row["indicator"], row["variant"]) == ("volume", "project")
        and len(row["period"]) == 4
        and row["cut_code"] == "all"
    ]
    province = sum(row["den"] for row in years if row["region_code"] == "980000000000")
    # Registration rows say since when they read so; case rows do not.
    assert province == sum(1 for place in truth["rows"].values() if "same_since" in place)


def test_receipts_account_for_every_row(truth: dict, tree: Path) -> None:
    landed = {
        str(path.relative_to(tree / "drops")).replace("/landing/", "/")
        for path in (tree / "drops").rglob("*")
        if path.is_file()
    }
    assert landed == set(truth["receipts"])
    for receipt in truth["receipts"].values():
        parts = receipt["loaded"] + receipt["quarantined"] + receipt["duplicate"]
        assert receipt["read"] == parts
    refused = {f for f, r in truth["receipts"].items() if r["refused"]}
    assert len(refused) == 3
    assert not refused & {place["file"] for place in truth["rows"].values()}
