"""Every figure of the sample province against the answers that its generator worked out by itself."""

import hashlib
import json
from functools import cache

import pytest
from scipy.stats import binomtest

import samples
from ingestion import register
from publication import explain as explaining
from publication import release as releases

pytestmark = pytest.mark.slow
LEDGERS = ("petition_register", "backlog_cases")  # whose rows are subjects by another name


@pytest.fixture(scope="module")
def release(demo_home):
    return releases.load(demo_home, None)


@pytest.fixture(scope="module")
def truth(demo_home) -> dict:
    return json.loads((demo_home.root / "truth.json").read_text("utf-8"))


def _values(release) -> dict:
    with explaining.open_serve(release) as connection:
        rows = connection.execute(
            "select indicator_code, variant, period, area_kind_code, area_code, cut_code, cut_value,"
            " num, den, excluded_count from mart_indicator_values"
        ).fetchall()
    return {tuple(r[:7]): tuple(round(float(x), 2) for x in r[7:]) for r in rows}


def test_every_figure_is_the_true_one(release, truth):
    got = _values(release)
    wrong, compared = [], 0
    for listing, kind, name in (
        ("values", "region", "region_code"),
        ("org_values", "org", "org_code"),
    ):
        for figure in truth[listing]:
            cut = (figure.get("cut_code", "all"), figure.get("cut_value", "all"))
            key = (
                figure["indicator"],
                figure["variant"],
                figure["period"],
                kind,
                figure[name],
                *cut,
            )
            want = (figure["num"], figure["den"], sum(figure["excluded"].values()))
            compared += 1
            if got.get(key) != want:
                wrong.append((key, got.get(key), want))
    assert wrong == []
    assert compared > 10_000


def test_no_figure_that_the_truth_does_not_have(release, truth):
    """Regions of the sample province, uncut: nothing is invented."""
    known = {
        (f["indicator"], f["variant"], f["period"], f["region_code"])
        for f in truth["values"]
        if f["cut_code"] == "all"
    }
    invented = [
        k for k, v in _values(release).items()
        if k[3] == "region" and k[5] == "all" and k[4].startswith("98") and sum(v)
        and (k[0], k[1], k[2], k[4]) not in known
    ]  # fmt: skip
    assert invented == []


def test_every_excluded_reason_is_the_true_one(release, truth):
    with explaining.open_serve(release) as connection:
        rows = connection.execute(
            "select indicator_code, variant, period, region_code, excluded_because, subject_count"
            " from mart_indicator_funnel where excluded_because <> ''"
        ).fetchall()
    got: dict[tuple, dict] = {}
    for *key, reason, count in rows:
        got.setdefault(tuple(key), {})[reason] = count
    for figure in truth["values"]:
        if figure["cut_code"] == "all":
            key = (figure["indicator"], figure["variant"], figure["period"], figure["region_code"])
            assert got.get(key, {}) == figure["excluded"], key


def _chosen(truth: dict, count: int) -> list[dict]:
    """Choose figures evenly over the list, of different indicators and areas."""
    uncut = [f for f in truth["values"] if f["cut_code"] == "all" and f["den"]]
    return uncut[:: max(1, len(uncut) // count)]


def test_explain_lists_exactly_the_rows_of_a_figure(release, truth, demo_home, tmp_path):
    places = _places(truth, demo_home, tmp_path)
    for figure in _chosen(truth, 40):
        found = explaining.explain(
            release, figure["indicator"], figure["variant"], figure["region_code"], figure["period"]
        )
        if figure["indicator"] != "per_10k":  # by the population, which is no subject's
            assert round(float(sum(s["den"] for s in found.subjects)), 2) == figure["den"]
        assert round(float(sum(s["num"] for s in found.subjects)), 2) == figure["num"]
        left_out = sum(s["excluded_because"] is not None for s in found.subjects)
        assert left_out == sum(figure["excluded"].values())
        own = {
            r["subject_id"]: (r["delivery_sequence"], r["sheet_no"], r["row_no"])
            for r in found.rows
            if r["ledger"] in LEDGERS or r["subject_id"].startswith(r["ledger"] + "|")
        }
        # a duty is a rule of the home: no ledger tells it
        assert own.keys() == {
            s["subject_id"] for s in found.subjects if not s["subject_id"].startswith("duty|")
        }
        for subject, place in own.items():
            assert place in places(subject), subject


def _places(truth: dict, home, scratch):
    """Return, for a subject, the (delivery, sheet, row) places where the sample wrote its row.

    The generator knows files; deliveries are found by the hash of what was generated.
    """
    samples.generate(scratch, seed=truth["seed"])
    by_hash: dict[str, list[int]] = {}
    for entry in register.entries(home):
        by_hash.setdefault(entry.record["file_sha256"], []).append(entry.sequence)

    @cache
    def deliveries(file: str) -> tuple[int, ...]:
        step, rest = file.split("/", 1)
        path = scratch / "drops" / step / "landing" / rest
        return tuple(by_hash[hashlib.sha256(path.read_bytes()).hexdigest()])

    def places(subject: str) -> set[tuple]:
        told = truth["rows"][subject]
        return {(d, told["sheet"], told["row"]) for d in deliveries(told["file"])}

    return places


def test_the_interval_of_a_rate_is_wilsons(release):
    """Against scipy's: 95 %, without continuity correction (Wilson 1927)."""
    with explaining.open_serve(release) as connection:
        rates = connection.execute(
            "select distinct num, den, value_low, value_high from mart_published_values"
            " where kind_code = 'share' and den > 0 and status_code = 'published' order by all"
        ).fetchall()
    assert len(rates) > 100
    for num, den, low, high in rates:
        true = binomtest(int(num), int(den)).proportion_ci(0.95, method="wilson")
        assert (low, high) == pytest.approx((true.low, true.high), abs=2e-6), (num, den)
