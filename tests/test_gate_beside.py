"""The gate over what is printed beside a figure: each rule names the fault that is planted for it."""

import pandas as pd
import pytest

from expectations.beside import judge_beside

AREA = {
    "indicator_code": "s", "variant": "project", "period_kind_code": "month", "period": "2026-03",
    "area_kind_code": "region",
}  # fmt: skip
STATUS = {"a": "published", "b": "published", "small": "published", "held": "held"}


def _figures() -> pd.DataFrame:
    return pd.DataFrame(
        AREA
        | {
            "area_code": area,
            "cut_code": "all",
            "status_code": status,
            "small_base_flag": None if status == "held" else area == "small",
        }
        for area, status in STATUS.items()
    )


def _rank(area: str, status: str, **more) -> dict:
    names = ("rank", "rank_label", "tied_count", "rank_low", "rank_high", "rank_wide_flag", "n", "value",
             "value_low", "value_high", "printed_value")  # fmt: skip
    row = {k: v for k, v in AREA.items() if k != "area_kind_code"} | dict.fromkeys(names)
    row |= {
        "area_code": area,
        "peer_group_code": "level",
        "rank_status_code": status,
        "ranked_count": 2,
    }
    return row | more


def _ranks(**faults) -> pd.DataFrame:
    placed = {
        "tied_count": 1,
        "rank_low": 1,
        "rank_high": 2,
        "rank_wide_flag": True,
        "n": 40,
        "value": 0.9,
    }
    rows = [
        _rank("a", "ranked", rank=1, rank_label="第 1", **placed),
        _rank("b", "ranked", rank=2, rank_label="第 2", **placed),
        _rank("small", "small_base", n=12, value=1.0),
        _rank("held", "held"),
    ]
    return pd.DataFrame(row | faults.get(row["area_code"], {}) for row in rows)


def _change(area: str, status: str, **more) -> dict:
    names = ("yoy_percent", "yoy_points", "this_num", "this_den", "base_num", "base_den",
             "this_value", "base_value", "reason_text", "small_base_flag")  # fmt: skip
    row = AREA | dict.fromkeys(names) | {"area_code": area, "yoy_status_code": status}
    return row | {"unit": "percentage_point"} | more


def _yoy(**faults) -> pd.DataFrame:
    rows = [
        _change("a", "compared", yoy_points=1.5, this_num=3, base_num=2),
        _change("b", "base_zero", reason_text="上年同期为 0，不作同比。"),
        _change("small", "compared", unit="percent", yoy_percent=-12.0),
        _change("held", "held", reason_text="待重报"),
    ]
    return pd.DataFrame(row | faults.get(row["area_code"], {}) for row in rows)


def _failed(ranks=None, yoy=None) -> set[str]:
    verdicts = judge_beside(
        _figures(), _ranks() if ranks is None else ranks, _yoy() if yoy is None else yoy
    )
    return {v.name for v in verdicts if not v.passed}


def test_what_is_right_passes():
    assert _failed() == set()


RANK_FAULTS = [
    ("held", {"value": 0.5}, "masked_has_no_rank"),
    ("held", {"rank_low": 1}, "masked_has_no_rank"),
    ("small", {"rank": 1, "rank_low": 1, "rank_high": 2, "tied_count": 1, "rank_label": "第 1", "rank_wide_flag": True,
               "rank_status_code": "ranked"}, "small_base_has_no_rank"),
    ("a", {"rank": 3}, "rank_within_peers"),
    ("a", {"rank": 0, "rank_low": 0}, "rank_within_peers"),
    ("a", {"rank_low": 2}, "rank_within_peers"),
    ("b", {"rank_high": 1}, "rank_within_peers"),
    ("b", {"rank_high": 3}, "rank_within_peers"),
    ("a", {"rank_high": None}, "rank_within_peers"),
    ("a", {"rank_label": None}, "rank_is_whole"),
    ("a", {"rank_status_code": "small_base"}, "rank_says_so"),
    ("b", {"area_code": "a"}, "one_rank_each"),
]  # fmt: skip
YOY_FAULTS = [
    ("held", {"yoy_points": 1.0}, "masked_has_no_change"),
    ("held", {"base_num": 12}, "masked_has_no_change"),
    ("a", {"yoy_percent": 3.0}, "one_unit_of_change"),
    ("a", {"yoy_points": None}, "one_unit_of_change"),
    ("a", {"unit": "percent"}, "one_unit_of_change"),
    ("b", {"yoy_points": 2.0}, "no_change_says_why"),
    ("b", {"reason_text": None}, "no_change_says_why"),
    ("b", {"area_code": "a"}, "one_change_each"),
]


@pytest.mark.parametrize(("area", "fault", "rule"), RANK_FAULTS)
def test_a_faulty_rank_is_named(area, fault, rule):
    assert rule in _failed(ranks=_ranks(**{area: fault}))


@pytest.mark.parametrize(("area", "fault", "rule"), YOY_FAULTS)
def test_a_faulty_change_is_named(area, fault, rule):
    assert rule in _failed(yoy=_yoy(**{area: fault}))


def test_a_row_without_its_figure_counts_as_masked():
    stray = pd.concat([_ranks(), _ranks().head(1).assign(area_code="nowhere")])
    assert _failed(ranks=stray) == {"masked_has_no_rank"}
