"""Ranks and their intervals, by the models' own SQL on planted worlds, against a slow reference."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from publication.printed import percent
from tests.planted import World, compiled, tree

MODELS = (
    "int_peer_groups", "int_rank_candidates", "int_rank_pairs", "int_peer_counts", "mart_published_ranks",
)  # fmt: skip
PLACE = [
    "rank",
    "rank_label",
    "tied_count",
    "rank_low",
    "rank_high",
    "rank_wide_flag",
    "ranked_count",
    "n",
]


@pytest.fixture(scope="module")
def sql(tmp_path_factory):
    return compiled(tmp_path_factory.mktemp("published"))


def _wilson(num: int, den: int) -> tuple[float, float]:
    found = binomtest(num, den).proportion_ci(0.95, method="wilson")
    return round(float(found.low), 6), round(float(found.high), 6)


def _figure(
    area: str, num: int, den: int, status="published", period="2026-03", direction="higher"
) -> dict:
    """Return a row of mart_published_values, masked as the mart masks it."""
    shown = status == "published"
    rated = shown and den > 0
    low, high = _wilson(num, den) if rated else (None, None)
    return {
        "indicator_code": direction, "variant": "project", "kind_code": "share",
        "period_kind_code": "month", "period": period, "area_kind_code": "region", "area_code": area,
        "area_name": area, "level_code": "county", "cut_code": "all", "cut_value": "all",
        "status_code": status, "reason_text": None if shown else "待重报", "missing_count": 0,
        "num": num if shown else None, "den": den if shown else None,
        "value": round(num / den, 6) if rated else None, "value_low": low, "value_high": high,
        "small_base_flag": den < 30 if shown else None,
    }  # fmt: skip


def _world(sql, figures: list[dict], areas: list[str]) -> World:
    parents = {"prov": (None, "province"), "city": ("prov", "prefecture")} | {
        area: ("city", "county") for area in areas
    }
    indicators = pd.DataFrame(
        {"indicator_code": [d], "variant": ["project"], "direction_code": [d]}
        for d in ("higher", "lower")
    ).map(lambda x: x[0])
    world = World(sql, tree(parents) | {"marts.dim_indicator": indicators})
    world.plant("published.mart_published_values", pd.DataFrame(figures))
    world.build(*MODELS)
    return world


def _ranks(sql, figures: list[dict], areas: list[str], group="siblings") -> pd.DataFrame:
    found = _world(sql, figures, areas).rows("mart_published_ranks", f"peer_group_code = '{group}'")
    return found.sort_values(["indicator_code", "period", "area_code"]).reset_index(drop=True)


def _newcombe(better: dict, worse: dict) -> float:
    """Return the lower limit of better - worse from the two Wilson intervals (Newcombe 1998)."""
    a, b = better["num"] / better["den"], worse["num"] / worse["den"]
    (low, _), (_, high) = _wilson(better["num"], better["den"]), _wilson(worse["num"], worse["den"])
    return a - b - np.sqrt((a - low) ** 2 + (high - b) ** 2)


def _slow(figures: list[dict], lower: bool) -> dict[str, tuple]:
    """Return (rank, tied, low, high) of each figure on 30 or more, pair by pair, as the texts define: no rank where the
    interval holds more than half of the places, but for those that are together at the ceiling.
    """
    kept = [f for f in figures if f["status_code"] == "published" and f["den"] >= 30]
    if len(kept) < 2:
        return {}
    if lower:
        kept = [f | {"num": f["den"] - f["num"]} for f in kept]
    printed = {f["area_code"]: round(round(1000 * f["value"], 3) + 1e-9) for f in kept}
    found = {}
    for own in kept:
        mine = printed[own["area_code"]] * (-1 if lower else 1)
        theirs = [(f, printed[f["area_code"]] * (-1 if lower else 1)) for f in kept]
        better = sum(steps > mine and _newcombe(f, own) > 0 for f, steps in theirs)
        worse = sum(steps < mine and _newcombe(own, f) > 0 for f, steps in theirs)
        rank = 1 + sum(steps > mine for _, steps in theirs)
        tied = sum(steps == mine for _, steps in theirs)
        low, high = 1 + better, len(kept) - worse
        together = tied > 1 and printed[own["area_code"]] == (0 if lower else 1000)
        settled = high - low + 1 <= len(kept) / 2 or together
        found[own["area_code"]] = (*((rank, tied) if settled else (None, None)), low, high)
    return found


@pytest.mark.parametrize("direction", ["higher", "lower"])
@pytest.mark.parametrize("seed", range(6))
def test_ranks_are_those_of_the_slow_reference(sql, direction, seed):
    random = np.random.default_rng(seed)
    areas = [f"a{i:02}" for i in range(24)]
    den = random.integers(0, 400, 24)
    num = random.binomial(den, random.choice([0.5, 0.8, 0.9, 1.0], 24))
    status = random.choice(["published", "held", "suppressed"], 24, p=[0.8, 0.1, 0.1])
    figures = [
        _figure(a, int(x), int(n), str(s), direction=direction)
        for a, x, n, s in zip(areas, num, den, status, strict=True)
    ]
    want = _slow(figures, direction == "lower")
    assert len(want) > 10
    for group in ("siblings", "level"):
        got = _ranks(sql, figures, areas, group).dropna(subset=["rank_low"])
        columns = got[["area_code", "rank", "tied_count", "rank_low", "rank_high"]].astype("object")
        told = columns.where(columns.notna(), None).itertuples(index=False)
        assert {code: tuple(numbers) for code, *numbers in told} == want
        refused = got.set_index("area_code")["rank_status_code"] == "unsettled"
        assert refused.to_dict() == {area: place[0] is None for area, place in want.items()}
        assert set(got["ranked_count"]) == {len(want)}
        assert set(got["left_out_count"]) == {24 - len(want)}


def test_the_reference_gives_newcombes_own_examples():
    """Table II of Newcombe 1998, method 10: 56/70 - 48/80, 9/10 - 3/10, 6/7 - 2/7, 5/56 - 0/29."""
    examples = {
        (56, 70, 48, 80): 0.0524,
        (9, 10, 3, 10): 0.1705,
        (6, 7, 2, 7): 0.0582,
        (5, 56, 0, 29): -0.0381,
    }
    for (a, m, b, n), limit in examples.items():
        found = _newcombe({"num": a, "den": m}, {"num": b, "den": n})
        assert found == pytest.approx(limit, abs=0.00006)


def test_equal_at_the_ceiling_share_the_first_place(sql):
    areas = ["a", "b", "c", "d"]
    figures = [_figure(a, n, n) for a, n in zip(areas, (30, 80, 2000, 29), strict=True)]
    got = _ranks(sql, figures, areas)
    assert list(got["rank_label"].fillna("")) == ["并列第 1（3 个）"] * 3 + [""]
    assert list(got["rank_status_code"]) == ["ranked"] * 3 + ["small_base"]
    assert set(got["peers_label"]) == {"在 3 个可排名单位中，1 个未列"}


def test_the_printed_precision_decides_ties(sql):
    """986.49 and 985.5 in a thousand both print as 98.6; 985.4 prints as 98.5."""
    figures = [
        _figure("a", 98649, 100_000),
        _figure("b", 98550, 100_000),
        _figure("c", 98540, 100_000),
        *(
            _figure(area, num, 100_000)
            for area, num in (("d", 50_000), ("e", 40_000), ("f", 30_000))
        ),
    ]
    got = _ranks(sql, figures, list("abcdef"))[:3]
    assert list(got["rank"]) == [1, 1, 3] and list(got["tied_count"]) == [2, 2, 1]
    assert [float(x) for x in got["printed_value"]] == [0.986, 0.986, 0.985]


def test_a_rank_that_could_be_any_is_refused_and_says_so(sql):
    """9 of 10 might be 1st or 4th: of four, with 40 cases each, none has a place; with 4,000 each has."""
    shares = {"a": 90, "b": 87, "c": 85, "d": 80}
    few = _ranks(sql, [_figure(a, s * 40 // 100, 40) for a, s in shares.items()], [*shares])
    assert set(few["rank_status_code"]) == {"unsettled"} and few["rank"].isna().all()
    assert few["reason_text"].str.contains("名次不定：第 1 至第 4 都说得通").all()
    many = _ranks(sql, [_figure(a, s * 40, 4000) for a, s in shares.items()], [*shares])
    assert list(many["rank_label"]) == ["第 1", "第 2", "第 3", "第 4"]


@pytest.mark.parametrize(
    ("num", "den"), [(836, 1003), (953, 1009), (501, 1001), (1, 2000), (3, 80)]
)
def test_places_are_shared_by_what_the_house_prints(sql, num, den):
    """83.34995 prints as 83.3, though the stored rate of six digits is 0.8335."""
    got = _ranks(sql, [_figure("a", num, den), _figure("b", num, den)], ["a", "b"])
    assert {Decimal(str(v)) * 100 for v in got["printed_value"]} == {percent(num, den)}


def test_nothing_of_a_masked_area_is_in_its_row(sql):
    figures = [
        _figure("a", 40, 50),
        _figure("b", 30, 50),
        _figure("c", 49, 50, "held"),
        _figure("d", 7, 8, "suppressed"),
    ]
    masked = _ranks(sql, figures, list("abcd")).query("area_code in ['c', 'd']")
    numbers = ["rank", "rank_label", "tied_count", "rank_low", "rank_high", "rank_wide_flag", "n", "value",
               "value_low", "value_high", "printed_value"]  # fmt: skip
    assert masked[numbers].isna().all(axis=None) and masked["reason_text"].notna().all()


def test_an_abolished_unit_is_not_counted_as_left_out(sql):
    world = _world(sql, [_figure("a", 40, 50), _figure("b", 30, 50)], ["a", "b", "gone", "later"])
    for code, day in (("gone", "2026-02-28"), ("later", "2026-03-31")):
        world.connection.execute(
            "update work.marts.dim_region set valid_to = cast(? as date) where region_code = ?",
            [day, code],
        )
    world.build(*MODELS)
    rows = world.rows("mart_published_ranks", "peer_group_code = 'siblings'")
    assert set(rows["left_out_count"]) == {1}


@pytest.mark.parametrize("seed", range(20))
def test_names_and_held_peers_change_no_rank(sql, seed):
    """Units that change names keep their places; a held peer more changes M and nothing else."""
    random = np.random.default_rng(seed)
    den = random.integers(0, 300, random.integers(2, 10))
    num = random.binomial(den, random.choice([0.5, 0.9, 1.0], len(den)))
    areas = [f"a{i}" for i in range(len(den))]
    renamed = [str(a) for a in random.permutation(areas)]

    def ranked(names: list[str], *more: dict) -> pd.DataFrame:
        figures = [_figure(a, int(x), int(n)) for a, x, n in zip(names, num, den, strict=True)]
        everyone = [*areas, *(f["area_code"] for f in more)]
        return _ranks(sql, [*figures, *more], everyone).set_index("area_code").astype("object")

    before = ranked(areas)
    after = ranked(renamed).loc[renamed, PLACE].set_axis(areas)
    pd.testing.assert_frame_equal(before.loc[areas, PLACE], after, check_names=False)
    held = ranked(areas, _figure("held", 299, 300, "held"))
    pd.testing.assert_frame_equal(before.loc[areas, PLACE], held.loc[areas, PLACE])
    assert (held.loc[areas, "left_out_count"] == before.loc[areas, "left_out_count"] + 1).all()


def _draws(sql, rates: np.ndarray, den: np.ndarray, draws: int) -> pd.DataFrame:
    """Return the ranks of units of known rates in many draws, each draw a period of its own."""
    random = np.random.default_rng(20260331)
    areas = [f"a{i:02}" for i in range(len(den))]
    num = random.binomial(den, rates, (draws, len(den)))
    figures = pd.DataFrame({
        "period": np.repeat([f"d{i:04}" for i in range(draws)], len(den)),
        "area_code": areas * draws, "num": num.ravel(), "den": np.tile(den, draws),
    })  # fmt: skip
    shares = figures[["num", "den"]].drop_duplicates()
    limits = {(x, n): _wilson(int(x), int(n)) for x, n in shares.itertuples(index=False)}
    found = [limits[key] for key in zip(figures["num"], figures["den"], strict=True)]
    constant = {k: v for k, v in _figure("a", 1, 40).items() if k not in figures}
    figures = figures.assign(**constant).assign(
        value=(figures["num"] / figures["den"]).round(6),
        value_low=[low for low, _ in found],
        value_high=[high for _, high in found],
    )
    ranks = _ranks(sql, figures.to_dict("records"), areas)
    return ranks.assign(unit=ranks["area_code"].str[1:].astype(int))


def test_the_interval_covers_the_truth_of_equal_units(sql):
    """Fourteen equal units, n from 10 to 2000, true rate 95%: all places are equally true.

    The middle place is covered nearly always, though the rank itself is scattered over all of them.
    That every unit is truly first is covered in about 85 of 100: pairs are at 95% each, as
    docs/indicators.md says; were that to change, so must the text.
    """
    den = np.linspace(10, 2000, 14).astype(int)
    ranks = _draws(sql, np.full(14, 0.95), den, 400)
    assert set(ranks.loc[ranks["unit"] == 0, "rank_status_code"]) == {"small_base"}
    ranked = ranks.dropna(subset=["rank_low"])
    assert set(ranked["ranked_count"]) == {13} and set(ranked["left_out_count"]) == {1}
    middle = (ranked["rank_low"] <= 7) & (ranked["rank_high"] >= 7)
    assert middle.groupby(ranked["unit"]).mean().min() >= 0.9
    refused = (ranked["rank_status_code"] == "unsettled").mean()
    assert refused > 0.9, "units that are alike have no places"
    assert 0.8 <= (ranked["rank_low"] == 1).mean() <= 0.9


@pytest.mark.parametrize("size", [100, 500, 2000])
def test_the_interval_covers_the_truth_of_unequal_units(sql, size):
    """Fourteen units from 80% to 93%: each unit's true place is within its interval in 95 of 100."""
    ranks = _draws(sql, np.linspace(0.93, 0.80, 14), np.full(14, size), 200)
    true_rank = ranks["unit"] + 1
    covered = (ranks["rank_low"] <= true_rank) & (true_rank <= ranks["rank_high"])
    assert covered.groupby(ranks["unit"]).mean().min() >= 0.9
    assert (ranks["rank"] == true_rank).mean() < 0.8
