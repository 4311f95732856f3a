"""Changes year over year, by the models' own SQL on planted worlds: like for like, and nothing told.

The attack takes all that is printed as linear equations in the cells and asks whether the changes
settle a suppressed figure that the figures alone leave open.
"""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from tests.planted import World, compiled, tree

CITIES = ("1", "2")
PARENTS = {"0": (None, "province")}
PARENTS |= {city: ("0", "prefecture") for city in CITIES}
PARENTS |= {f"{city}{n}": (city, "county") for city in CITIES for n in "123"}
PARENTS |= {f"{county}{n}": (county, "township") for county in ("11", "12", "21") for n in "12"}
MONTHS = [date(year, month, 1) for year in (2024, 2025) for month in range(1, 13)]
MONTHS += [date(2026, month, 1) for month in range(1, 4)]
MODELS = (
    "int_areas", "int_held_areas", "int_missing_offices", "int_published_cells", "int_published_figures",
    "int_disclosure", "mart_published_values", "int_figure_months", "int_compared_months", "int_compared_periods",
    "int_comparable_holds", "int_comparable_sums", "int_comparable_offices", "int_compared_parts",
    "int_yoy_sums", "int_yoy_figures", "mart_published_yoy",
)  # fmt: skip
HELD = ("month_start_date", "office_region_code", "org_code", "region_code")


@pytest.fixture(scope="module")
def sql(tmp_path_factory):
    return compiled(tmp_path_factory.mktemp("published"))


def _under(region: str) -> list[str]:
    return [r for r in PARENTS if r.startswith(region) or region == "0"]


def _cells(seed: int, kind: str) -> pd.DataFrame:
    """Return cells of one indicator by region and month: sizes around the threshold, some none."""
    random = np.random.default_rng(seed)
    rows = []
    for region, (_, level) in PARENTS.items():
        size = {"township": 7, "county": random.choice([4, 12, 40])}.get(level, 15)
        for month in MONTHS:
            den = int(random.poisson(size))
            num = den if kind == "count" else int(random.binomial(den, 0.8))
            if kind.startswith("mean"):
                num = int(random.poisson(30 * den))
            if den:
                rows.append((region, month, num, den))
    frame = pd.DataFrame(rows, columns=["region_code", "month_start_date", "num", "den"])
    return frame.assign(
        indicator_code="x", variant="project", kind_code=kind, cut_code="all", cut_value="all",
        excluded_because="", subject_count=frame["den"], org_code="office-" + frame["region_code"],
    )  # fmt: skip


def _periods(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells by month and by year, as int_period_cells does."""
    month = cells["month_start_date"].map(lambda d: d.strftime("%Y-%m"))
    months = cells.assign(period_kind_code="month", period=month)
    years = cells.assign(period_kind_code="year", period=month.str[:4])
    if cells["kind_code"].iat[0].endswith("stock"):
        years = years[month == month.groupby(years["period"]).transform("max")]
    return pd.concat([months, years])


def _holds(held: list[tuple[str, date]]) -> pd.DataFrame:
    """Return int_holds: an office at county level or below holds all under it, one above its own."""
    rows = [
        (month, office, f"office-{office}", region)
        for office, month in held
        for region in (_under(office) if len(office) > 1 else [office])
    ]
    return pd.DataFrame(rows, columns=HELD).assign(
        indicator_code="x", variant="project", check_code="D01", text_zh="待重报",
        subtree_flag=[len(r[1]) > 1 for r in rows] if rows else pd.Series(dtype=bool),
    )  # fmt: skip


def _world(sql, cells: pd.DataFrame, held: list, as_of: str) -> World:
    organisations = pd.DataFrame(
        {
            "org_code": f"office-{r}",
            "org_name": f"office-{r}",
            "region_code": r,
            "level_code": level,
        }
        for r, (_, level) in PARENTS.items()
    )
    planted = tree(PARENTS) | {"marts.dim_organisation": organisations}
    planted["intermediate.int_dials"] = pd.DataFrame([{"as_of": datetime.fromisoformat(as_of)}])
    planted["intermediate.int_period_cells"] = _periods(cells)
    planted["intermediate.int_populations"] = pd.DataFrame(
        [
            {
                "region_code": "elsewhere",
                "from_year": 2020,
                "until_year": 2021,
                "person_count": 1,
                "population_text": "",
            }
        ]
    )
    planted["published.int_holds"] = _holds(held)
    world = World(sql, planted)
    world.build(*MODELS)
    return world


def _random_holds(seed: int) -> list[tuple[str, date]]:
    random = np.random.default_rng(1000 + seed)
    offices = [r for r in PARENTS if r != "0"]
    return [
        (offices[int(random.integers(len(offices)))], MONTHS[int(random.integers(len(MONTHS)))])
        for _ in range(8)
    ]


def _compared_months(period: str, kind: str, as_of: str) -> list[date]:
    """Return the months of a period that are compared, as docs/indicators.md says."""
    now = date.fromisoformat(as_of[:10])
    ended = (pd.Timestamp(now) + pd.Timedelta(days=1)).day == 1
    months = [m for m in MONTHS if m.strftime("%Y-%m").startswith(period)]
    if kind.endswith("stock") and len(period) == 4:
        months = months[-1:]
    return [m for m in months if m != now.replace(day=1) or kind != "count" or ended]


def _weights(cells, held: set, row: dict, months: list[date], years_back: int, both: bool):
    """Return which cells a sum of a row's area has: of the months, without those held.

    `both`: without those held in the same month of the other year too (like for like).
    """

    def left_out(region: str, month: date) -> bool:
        other = month.replace(year=month.year + (1 if years_back else -1))
        return (region, month) in held or (both and (region, other) in held)

    wanted = {m.replace(year=m.year - years_back) for m in months}
    area = row["area_code"].removeprefix("office-")
    inside = {area} if row["area_kind_code"] == "org" else set(_under(area))
    return np.array([
        float(r in inside and m in wanted and not left_out(r, m))
        for r, m in zip(cells["region_code"], cells["month_start_date"], strict=True)
    ])  # fmt: skip


def _out(held: list) -> set:
    frame = _holds(held)
    return set(zip(frame["region_code"], frame["month_start_date"], strict=True))


CASES = [
    (seed, kind, as_of)
    for seed in range(3)
    for kind, as_of in (
        ("count", "2026-03-31 23:59:59"), ("count", "2026-03-15 23:59:59"),
        ("share", "2026-03-15 23:59:59"), ("stock", "2026-03-31 23:59:59"),
        ("mean", "2026-03-15 23:59:59"), ("mean_stock", "2026-03-31 23:59:59"),
    )
]  # fmt: skip


@pytest.mark.parametrize(("seed", "kind", "as_of"), CASES)
def test_a_change_is_of_like_with_like(sql, seed, kind, as_of):
    """Every comparable sum is that of the cells held in neither year, of the same months."""
    cells, held = _cells(seed, kind), _random_holds(seed)
    world, out = _world(sql, cells, held, as_of), _out(held)
    yoy = world.rows("mart_published_yoy", "yoy_status_code = 'compared'")
    assert len(yoy) > 80 and {"month", "year"} == set(yoy["period_kind_code"])
    assert not yoy["comparable_flag"].all() and yoy["comparable_flag"].any()
    for row in yoy.to_dict("records"):
        months = _compared_months(row["period"], kind, as_of)
        for side, back in (("this", 0), ("base", 1)):
            has = _weights(cells, out, row, months, back, both=True)
            assert row[f"{side}_den"] == has @ cells["den"], row
            assert row[f"{side}_num"] == has @ cells["num"], row
        now, base = (row[f"{s}_num"] / row[f"{s}_den"] for s in ("this", "base"))
        got, other, change = "yoy_points", "yoy_percent", 100 * (now - base)
        if kind == "count":
            got, other, change = other, got, 100 * (row["this_num"] / row["base_num"] - 1)
        elif kind.startswith("mean"):
            got, other, change = other, got, 100 * (now / base - 1)
        assert row[got] == pytest.approx(change, abs=1e-4)
        assert np.isnan(row[other])
    assert world.failures("yoy_equals_published") == 0


def _span(rows: list[np.ndarray]) -> np.ndarray:
    """Return an orthonormal basis of the space of the equations."""
    _, sizes, basis = np.linalg.svd(np.array(rows), full_matrices=False)
    return basis[sizes > 1e-8 * sizes[0]]


def _settled(basis: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return which of the wanted sums follow from the equations."""
    rest = wanted - wanted @ basis.T @ basis
    return (np.abs(rest).max(axis=1) < 1e-7) & (wanted.sum(axis=1) > 0)


def _newly_settled(sql, seed: int, kind: str, as_of: str, statuses: tuple) -> int:
    """Return how many suppressed figures follow once changes of these statuses are printed too."""
    cells, held = _cells(seed, kind), _random_holds(seed)
    world, out = _world(sql, cells, held, as_of), _out(held)
    printed, hidden, changes = [], [], []
    for row in world.rows("mart_published_values").to_dict("records"):
        months = [m for m in MONTHS if m.strftime("%Y-%m").startswith(row["period"])]
        months = months[-1:] if kind.endswith("stock") else months
        has = _weights(cells, out, row, months, 0, both=False)
        (printed if row["status_code"] == "published" else hidden).append(has)
    for row in world.rows("mart_published_yoy", f"yoy_status_code in {statuses}").to_dict(
        "records"
    ):
        months = _compared_months(row["period"], kind, as_of)
        changes += [_weights(cells, out, row, months, back, both=True) for back in (0, 1)]
    assert len(changes) > 150 and len(hidden) > 150
    hidden = np.array(hidden)
    before, after = _settled(_span(printed), hidden), _settled(_span(printed + changes), hidden)
    return int((after & ~before).sum())


@pytest.mark.parametrize(("seed", "kind", "as_of"), CASES)
def test_changes_settle_no_suppressed_figure(sql, seed, kind, as_of):
    assert _newly_settled(sql, seed, kind, as_of, ("compared", "")) == 0


def test_without_the_guard_changes_would_settle_some(sql):
    """The attack can succeed: what is guarded, or hidden in the base year, would tell."""
    told = [
        _newly_settled(
            sql, seed, "count", "2026-03-15 23:59:59", ("compared", "guarded", "base_suppressed")
        )
        for seed in range(3)
    ]
    assert sum(told) > 0


def test_a_gap_of_fewer_than_ten_is_not_printed(sql):
    """County 13 has 9 in March 2025 and is held in March 2026: the city's change would show the 9."""
    cells = _cells(7, "count")
    march = cells["month_start_date"] == date(2025, 3, 1)
    for size, status in ((9, "guarded"), (10, "compared")):
        own = cells.assign(den=cells["den"].mask(cells["region_code"].str.startswith("1"), 50))
        own["den"] = own["den"].mask((own["region_code"] == "13") & march, size)
        own = own.assign(num=own["den"], subject_count=own["den"])
        world = _world(sql, own, [("13", date(2026, 3, 1))], "2026-03-31 23:59:59")
        row = world.rows("mart_published_yoy", "area_code = '1' and period = '2026-03'").iloc[0]
        assert (row["yoy_status_code"], row["left_out_count"]) == (status, 1)
        assert np.isnan(row["yoy_percent"]) == (status == "guarded")
